import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActionCase, PackageSummary } from '@guildhall/contracts'
import { createActionValidator } from '../action-validator.ts'
import { type BrokerOptions, createBroker } from '../broker/broker.ts'
import { failure } from '../failure.ts'
import { type LogLevel, noUsage, type RunOutcome } from '../run.ts'
import type { Sandbox } from '../sandbox.ts'
import { createMemoryStorage } from '../tools/memory-storage.ts'
import { writeWorkspaceFile } from '../workspace/workspace-files.ts'
import { judgeCase } from './judge-case.ts'

/** The package that a case is about. */
export interface CasePackage {
  files: ReadonlyMap<string, Uint8Array>
  summary: PackageSummary
}

/** What a case may use besides what its package asks for. */
export interface CaseSurroundings extends Pick<BrokerOptions, 'secrets' | 'models' | 'skillCaller'> {
  onLog?: (level: LogLevel, message: string) => void
  signal?: AbortSignal
}

/** How a case came out. */
export interface CaseVerdict {
  id: string
  /** What is wrong, in words; none where it passed. */
  problems: string[]
  outcome: RunOutcome
}

function refused(message: string): RunOutcome {
  return { status: 'failed', error: failure('input_invalid', message), usage: noUsage }
}

interface OneRun {
  sandbox: Pick<Sandbox, 'run' | 'workshops'>
  tested: CasePackage
  given: ActionCase
  surroundings: CaseSurroundings
}

async function runWithin(workspaceDir: string, { sandbox, tested, given, surroundings }: OneRun): Promise<RunOutcome> {
  const { summary, files } = tested
  for (const [path, content] of Object.entries(given.files))
    await writeWorkspaceFile(workspaceDir, path, Buffer.from(content))
  const storage = createMemoryStorage()
  for (const [key, value] of Object.entries(given.storage)) await storage.set(key, value)
  const { onLog = () => {}, signal = new AbortController().signal, ...ports } = surroundings
  if (summary.kind === 'instructions') return refused('A skill of kind instructions has no actions')
  const { workshops } = sandbox
  const { permissions } = summary
  return sandbox.run({
    kind: summary.kind,
    files,
    entry: summary.entry ?? '',
    action: given.action,
    input: given.input,
    env: {},
    workspaceDir,
    tools: createBroker({ ...ports, permissions, workspaceDir, storage, workshops, onToolCall: () => {} }),
    onStream: () => {},
    onLog,
    signal,
  })
}

async function outcomeOf(run: OneRun): Promise<RunOutcome> {
  const { tested, given } = run
  const action = Object.hasOwn(tested.summary.actions, given.action) ? tested.summary.actions[given.action] : undefined
  if (!action)
    return refused(`There is no action ${given.action}; there is: ${Object.keys(tested.summary.actions).join(', ')}`)
  const issues = createActionValidator(action).validateInput(given.input)
  if (issues.length > 0) return refused(issues.map(({ path, message }) => `input${path} ${message}`).join('; '))
  const workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-case-'))
  try {
    return await runWithin(workspaceDir, run)
  } finally {
    await rm(workspaceDir, { recursive: true, force: true })
  }
}

/** Runs one case of evals/evals.json in the real sandbox, granted exactly what the package asks for, and judges it. Never rejects for what the skill does. */
export async function runActionCase(
  sandbox: Pick<Sandbox, 'run' | 'workshops'>,
  tested: CasePackage,
  given: ActionCase,
  surroundings: CaseSurroundings = {},
): Promise<CaseVerdict> {
  const outcome = await outcomeOf({ sandbox, tested, given, surroundings })
  const action = tested.summary.actions[given.action] ?? { input: {}, output: {} }
  return { id: given.id, problems: judgeCase(outcome, given, action), outcome }
}
