import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { findDenoBinary } from '@guildhall/sandbox'

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

/** Every bare process that can be run here, and a line for each that cannot. `remove` takes its files away. */
export async function findBareProcesses() {
  const dir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'))
  const [deno, quickjs, python] = ['same.js', 'quickjs.mjs', 'same.py'].map((name) => join(dir, name))
  if (!deno || !quickjs || !python) throw new Error('three files have three paths')
  await Promise.all([writeFile(deno, script), writeFile(quickjs, quickjsScript()), writeFile(python, pythonScript)])
  const denoEnv = { DENO_DIR: join(dir, 'deno'), DENO_NO_UPDATE_CHECK: '1' }
  const denoArgs = ['run', '--quiet', '--no-prompt', '--no-config', '--no-remote', '--no-npm', deno]
  const image = process.env.GUILDHALL_BENCH_IMAGE ?? ''
  const dockerArgs = ['run', '--rm', '--network', 'none', image, 'true']
  const candidates: Record<'deno' | 'python' | 'quickjs' | 'docker', BareProcess> = {
    deno: { name: 'bare Deno process', run: () => spawned(findDenoBinary(), denoArgs, denoEnv) },
    python: { name: 'bare CPython process', run: () => spawned('python3', ['-I', python]) },
    quickjs: { name: 'bare QuickJS in Node.js', run: () => spawned(process.execPath, [quickjs]) },
    docker: { name: 'docker run', run: () => spawned('docker', dockerArgs) },
  }
  const missing: string[] = []
  if (!(await hasDocker(image)))
    missing.push(
      'docker run: not there (it needs a running engine, and GUILDHALL_BENCH_IMAGE to name an image with `true` in it)',
    )
  return { ...candidates, hasDocker: missing.length === 0, missing, remove: () => rm(dir, { recursive: true }) }
}

async function hasDocker(image: string): Promise<boolean> {
  try {
    await promisify(execFile)('docker', ['image', 'inspect', image])
    return true
  } catch {
    // No client, no engine, or no such image.
    return false
  }
}
