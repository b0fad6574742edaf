import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActionCase, JsonValue, PackageSummary } from '@guildhall/contracts'
import {
  createBroker,
  createMemoryStorage,
  type Sandbox,
  type SkillCaller,
  writeWorkspaceFile,
} from '@guildhall/sandbox'
import type { ExamplePackage } from './example-package.ts'

export type CaseResult = { output: JsonValue } | { error: string }

export interface CaseRun {
  example: ExamplePackage
  summary: PackageSummary
  given: ActionCase
}

const clock = { nowMs: () => performance.now() }

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-examples-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Where cases run. */
export interface Stage {
  sandbox: Sandbox
  /** Runs the other first-party skills. */
  skillCaller: SkillCaller
}

/** Runs a case in the real sandbox, granted exactly what the package declares. */
export function runInSandbox(stage: Stage, { example, summary, given }: CaseRun): Promise<CaseResult> {
  const { sandbox, skillCaller } = stage
  const { kind, permissions } = summary
  if (kind === 'instructions') throw new Error(`${summary.name} has nothing to run`)
  return withFolder(async (workspaceDir) => {
    for (const [path, content] of Object.entries(given.files))
      await writeWorkspaceFile(workspaceDir, path, Buffer.from(content))
    const storage = createMemoryStorage()
    for (const [key, value] of Object.entries(given.storage)) await storage.set(key, value)
    const onToolCall = () => {}
    const { workshops } = sandbox
    const tools = createBroker({ permissions, clock, workspaceDir, storage, skillCaller, workshops, onToolCall })
    const outcome = await sandbox.run({
      kind,
      files: example.files,
      entry: summary.entry ?? '',
      action: given.action,
      input: given.input,
      env: {},
      tools,
      onStream: () => {},
      onLog: () => {},
      signal: new AbortController().signal,
    })
    if (outcome.status === 'succeeded') return { output: outcome.output }
    return { error: outcome.status === 'cancelled' ? 'cancelled' : outcome.error.message }
  })
}
