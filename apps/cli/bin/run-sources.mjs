import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const runsTypeScript = major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)

function newerNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(file) ? file : null
  } catch {
    return null
  }
}

function runWith(node, main) {
  const env = { ...process.env, GUILDHALL_REEXECUTED: '1' }
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit', env })
  // A terminal sends Ctrl-C to both; the child decides what it means. Other signals reach only this process.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('error', (error) => {
    console.error(`error: cannot start ${node}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

/** Runs the TypeScript sources; a Node that cannot hands over to the one of the npm package `node`. */
export async function runSources(main) {
  if (runsTypeScript) return void (await import(main.href))
  const node = process.env.GUILDHALL_REEXECUTED === '1' ? null : newerNode()
  if (node !== null) return runWith(node, main)
  console.error(`error: the sources of guildhall need Node 22.18 or newer; this is ${process.versions.node}`)
  console.error(
    '  mend:  run `npm ci` so that the package `node` brings it, or bundle once with `npm run build -w guildhall`',
  )
  process.exit(1)
}
