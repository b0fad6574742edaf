import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionEvent, JsonValue, WorkspaceFile } from '@guildhall/contracts'
import type { ModelsPort } from '@guildhall/models'
import type { RunOutcome, Sandbox, SecretPort, StoragePort, ToolCallEntry } from '@guildhall/sandbox'
import { createEventWriter } from '../follow-run.ts'
import type { Session } from '../session.ts'
import type { SandboxModule } from './load-sandbox.ts'
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
}

/** A sandbox of this machine and the package that it comes from. */
export interface OpenSandbox {
  sandbox: Sandbox
  kit: SandboxModule
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

async function runWithin(
  session: Session,
  open: OpenSandbox,
  run: LocalRun,
  workspaceDir: string,
): Promise<RunOutcome> {
  const { skill, action, input, files, storage, secrets, models, keeper } = run
  const { sandbox, kit } = open
  for (const { path, contentBase64 } of files)
    await kit.writeWorkspaceFile(workspaceDir, path, Buffer.from(contentBase64, 'base64'))
  const report = createReporter(session)
  const broker = kit.createBroker({
    permissions: skill.summary.permissions,
    workspaceDir,
    storage,
    secrets,
    models,
    workshops: sandbox.workshops,
    onToolCall: report.tool,
  })
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
      tools: keeper.guard(broker),
      onStream: report.stream,
      onLog: report.log,
      signal: stopping.signal,
    })
    const checked = kit.checkOutput(action.schema, outcome)
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
