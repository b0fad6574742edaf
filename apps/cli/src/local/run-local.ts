import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionEvent, JsonValue, WorkspaceFile } from '@guildhall/contracts'
import type { ModelsPort } from '@guildhall/models'
import type {
  CallableSkill,
  RunOutcome,
  SecretPort,
  StoragePort,
  ToolCaller,
  ToolCallEntry,
  UsageTally,
} from '@guildhall/sandbox'
import { createEventWriter } from '../follow-run.ts'
import type { Session } from '../session.ts'
import { createCaller } from './call-skills.ts'
import type { Callees } from './callees.ts'
import type { OpenSandbox } from './load-sandbox.ts'
import type { LocalSkill, NamedAction } from './local-skill.ts'
import type { PermissionKeeper } from './permission-keeper.ts'

/** What runs on this machine, and with what. */
export interface LocalRun {
  skill: LocalSkill
  action: NamedAction
  input: JsonValue
  files: readonly WorkspaceFile[]
  storage: StoragePort
  secrets: SecretPort
  models: ModelsPort | null
  keeper: PermissionKeeper
  callees: Callees
}

/** Says what happens as a run on a server does. */
function createReporter(session: Session) {
  const write = createEventWriter(session)
  let seq = 0
  const at = () => ({ seq: (seq += 1), at: session.host.now().toISOString() })
  return {
    started: () => write({ ...at(), kind: 'started', attempt: 1 }),
    stream: (chunk: JsonValue) => write({ ...at(), kind: 'stream', chunk }),
    log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) =>
      write({ ...at(), kind: 'log', level, message }),
    tool: ({ tool, durationMs, outcome, detail }: ToolCallEntry) =>
      write({ ...at(), kind: 'tool', tool, durationMs, outcome, detail }),
    ended: (outcome: RunOutcome) => {
      const { status, usage } = outcome
      const output = outcome.status === 'succeeded' ? outcome.output : null
      const error = 'error' in outcome ? outcome.error : null
      const event: ExecutionEvent = { ...at(), kind: 'ended', status, output, error, usage }
      write(event)
    },
  }
}

type Reporter = ReturnType<typeof createReporter>

interface Surroundings {
  report: Reporter
  tally: UsageTally
  workspaceDir: string
}

function toolsOf(open: OpenSandbox, run: LocalRun, { report, tally, workspaceDir }: Surroundings): ToolCaller {
  const { skill, storage, secrets, models, keeper, callees } = run
  const { name, permissions } = skill.summary
  const tell = { log: report.log, tool: report.tool, usage: tally.add }
  const guard = (callee: CallableSkill, tools: ToolCaller): ToolCaller => {
    const id = `${callee.fullName} ${callees.pathOf(callee)}`
    return keeper.guard(tools, { name: callee.fullName, id, granted: callee.permissions })
  }
  const broker = open.kit.createBroker({
    permissions,
    workspaceDir,
    storage,
    secrets,
    models,
    workshops: open.sandbox.workshops,
    skillCaller: createCaller(open, callees, { models, tell, guard }),
    onToolCall: report.tool,
  })
  return keeper.guard(broker, { name, id: null, granted: permissions })
}

async function runWithin(
  session: Session,
  open: OpenSandbox,
  run: LocalRun,
  workspaceDir: string,
): Promise<RunOutcome> {
  const { skill, action, input, files } = run
  const { sandbox, kit } = open
  for (const { path, contentBase64 } of files)
    await kit.writeWorkspaceFile(workspaceDir, path, Buffer.from(contentBase64, 'base64'))
  const report = createReporter(session)
  const tally = kit.createUsageTally()
  const stopping = new AbortController()
  const stopListening = session.host.onInterrupt(() => stopping.abort())
  try {
    report.started()
    const outcome = await sandbox.run({
      kind: skill.summary.kind,
      files: skill.files,
      entry: skill.summary.entry,
      action: action.name,
      input,
      env: {},
      limits: { wallMs: action.schema.timeoutMs },
      workspaceDir,
      tools: toolsOf(open, run, { report, tally, workspaceDir }),
      onStream: report.stream,
      onLog: report.log,
      signal: stopping.signal,
    })
    const checked = kit.checkOutput(action.schema, { ...outcome, usage: tally.addedTo(outcome.usage) })
    report.ended(checked)
    return checked
  } finally {
    stopListening()
  }
}

/** Runs an action once in the sandbox of this machine and shows it as it happens. Ctrl-C cancels it. */
export async function runLocally(session: Session, open: OpenSandbox, run: LocalRun): Promise<RunOutcome> {
  const workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-run-'))
  try {
    return await runWithin(session, open, run, workspaceDir)
  } finally {
    await rm(workspaceDir, { recursive: true, force: true })
  }
}
