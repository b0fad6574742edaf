import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findDenoBinary } from '@guildhall/sandbox'
import { startPrivateDocker } from '../packages/sandbox/test/private-docker.ts'

/** A command that does once what the sandbox does once, without any walls. Resolves when the process has ended. */
export interface BareProcess {
  name: string
  run(): Promise<void>
}

function spawned(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
      stdio: 'ignore',
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`))))
  })
}

const script = 'export async function go() { return 1 }\nconsole.log(JSON.stringify(await go()))\n'
const pythonScript = 'import asyncio, json\nasync def go(): return 1\nprint(json.dumps(asyncio.run(go())))\n'

/** QuickJS alone: a Node.js process that evaluates the script in a new virtual machine. */
function quickjsScript(): string {
  const require = createRequire(new URL('../packages/sandbox/package.json', import.meta.url))
  const [core, variant] = ['quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync'].map(
    (name) => pathToFileURL(require.resolve(name)).href,
  )
  return `import core from '${core}'\nimport variant from '${variant}'
const machine = (await core.newQuickJSWASMModuleFromVariant(variant)).newContext()
machine.unwrapResult(machine.evalCode('(async () => 1)()')).dispose()\n`
}

/** The bare processes beside which the sandbox is measured. `remove` takes their files away. */
export async function writeBareProcesses() {
  const dir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'))
  const [deno, quickjs, python] = ['same.js', 'quickjs.mjs', 'same.py'].map((name) => join(dir, name))
  if (!deno || !quickjs || !python) throw new Error('three files have three paths')
  await Promise.all([writeFile(deno, script), writeFile(quickjs, quickjsScript()), writeFile(python, pythonScript)])
  const denoEnv = { DENO_DIR: join(dir, 'deno'), DENO_NO_UPDATE_CHECK: '1' }
  const denoArgs = ['run', '--quiet', '--no-prompt', '--no-config', '--no-remote', '--no-npm', deno]
  return {
    deno: { name: 'bare Deno process', run: () => spawned(findDenoBinary(), denoArgs, denoEnv) },
    python: { name: 'bare CPython process', run: () => spawned('python3', ['-I', python]) },
    quickjs: { name: 'bare QuickJS in Node.js', run: () => spawned(process.execPath, [quickjs]) },
    remove: () => rm(dir, { recursive: true }),
  } satisfies Record<'deno' | 'python' | 'quickjs', BareProcess> & { remove(): Promise<void> }
}

/** Calls `use` with `docker run` of the least there is to run, on an engine started for it; with the reason where there is none. */
export async function withDockerRun<T>(use: (docker: BareProcess | string) => Promise<T>): Promise<T> {
  const engine = await startPrivateDocker().catch((error: Error) => error.message)
  if (engine === null) return use('docker run: not there (Debian: apt-get install docker.io)')
  if (typeof engine === 'string') return use(`docker run: ${engine}`)
  const args = ['--host', `unix://${engine.engine}`, 'run', '--rm', '--network', 'none', engine.image, 'true']
  try {
    return await use({ name: 'docker run', run: () => spawned('docker', args) })
  } finally {
    await engine.stop()
  }
}
