/**
 * The first code of a guest in Pyodide. Python always finds its way into the realm of JavaScript, so it gets one without permissions: a worker
 * with `main.js`, which owns the pipes. This isolate may read the files of Pyodide; it hands their bytes over, and then does nothing but look.
 */
import { readPyodideFiles } from './load-pyodide.js'

const LOOK_EVERY_MS = 5
const [pyodideDir, snapshotPath] = Deno.args
const host = Deno.ppid
let memoryBytes = Number.POSITIVE_INFINITY

function look() {
  if (Deno.ppid !== host) Deno.exit(0)
  if (Deno.memoryUsage().rss <= memoryBytes) return
  Deno.stderr.writeSync(new TextEncoder().encode('out of memory'))
  Deno.exit(137)
}

const worker = new Worker(import.meta.resolve('./main.js'), { type: 'module', deno: { permissions: 'none' } })
/*
 * The first message is sent before the skill is loaded, and what comes later may be the skill's. Where the host ended before `host` was
 * read, there is no skill, and nobody but the worker, whose pipe ends, can tell.
 */
worker.addEventListener(
  'message',
  ({ data }) => {
    if (data === 'alone') Deno.exit(0)
    memoryBytes = Number(data)
  },
  { once: true },
)
worker.addEventListener('error', (event) => {
  event.preventDefault()
  Deno.stderr.writeSync(new TextEncoder().encode(String(event.message)))
  Deno.exit(1)
})
const files = { ...readPyodideFiles(pyodideDir), snapshot: Deno.readFileSync(snapshotPath) }
worker.postMessage(
  files,
  Object.values(files).map(({ buffer }) => buffer),
)
setInterval(look, LOOK_EVERY_MS)
