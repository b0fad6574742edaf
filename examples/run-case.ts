import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type ActionCase, JsonValue, type PackageSummary } from '@guildhall/contracts'
import {
  createBroker,
  createMemoryStorage,
  type Sandbox,
  type SkillCaller,
  writeWorkspaceFile,
} from '@guildhall/sandbox'
import * as z from 'zod'
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
    const tools = createBroker({ permissions, clock, workspaceDir, storage, skillCaller, onToolCall })
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

/** Until there is an engine for it: calls one action of a trusted Python skill and prints its result. */
const PYTHON_CALL = `
import asyncio, importlib.util, json, sys
class Context:
    def stream(self, chunk): json.dumps(chunk)
spec = importlib.util.spec_from_file_location("skill", sys.argv[1])
skill = importlib.util.module_from_spec(spec)
spec.loader.exec_module(skill)
try:
    result = {"output": asyncio.run(getattr(skill, sys.argv[2])(json.load(sys.stdin), Context()))}
except Exception as error:
    result = {"error": str(error)}
print(json.dumps(result))
`
const PythonResult = z.union([z.strictObject({ output: JsonValue }), z.strictObject({ error: z.string() })])

async function callPython(args: string[], input: string): Promise<string> {
  // -I: no environment, no user packages, no current folder; -B: writes no bytecode.
  const child = spawn('python3', ['-I', '-B', ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  child.stdin.end(input)
  const [code, out, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (code !== 0) throw new Error(`python3 ended with ${code}: ${complaint}`)
  return out
}

/** Whether a Python new enough for the examples is installed. */
export async function hasPython(): Promise<boolean> {
  const version = await callPython(['-c', 'import sys; print(sys.version_info >= (3, 11))'], '').catch(() => '')
  return version.trim() === 'True'
}

/** Runs a case of one of our own Python skills in an isolated interpreter. */
export function runPython({ example, summary, given }: CaseRun): Promise<CaseResult> {
  return withFolder(async (folder) => {
    for (const [path, bytes] of example.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), bytes)
    }
    const args = ['-c', PYTHON_CALL, join(folder, summary.entry ?? ''), given.action]
    return PythonResult.parse(JSON.parse(await callPython(args, JSON.stringify(given.input))))
  })
}
