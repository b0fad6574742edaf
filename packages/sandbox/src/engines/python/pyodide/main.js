/**
 * The first code of the worker that a skill in Python runs in. It takes the pipes, loads Pyodide, takes what it can out of the realm, and
 * only then runs the skill. Nothing here is a boundary by itself: Python reaches this realm whatever is hidden. The boundary is the
 * worker, which has no permission to anything, in a process that serves one run.
 */
import { stripGlobals } from '../../javascript/guest/globals.js'
import { createWriter, readFrames } from '../../javascript/guest/wire.js'
import { loadPyodideFrom } from './load-pyodide.js'

const readStdin = Deno.stdin.read.bind(Deno.stdin)
const read = async (view) => (await readStdin(view)) ?? 0
const writeSync = Deno.stdout.writeSync.bind(Deno.stdout)
const stayAwake = setInterval.bind(globalThis, () => {}, 1_000)
const tellWatchdog = globalThis.postMessage.bind(globalThis)
const { parse } = JSON

/** Its files, a third of the memory of a guest, are let go; Python keeps its library in the same memory. */
async function loadPyodide() {
  const { snapshot, ...files } = await new Promise((resolve) => {
    globalThis.onmessage = ({ data }) => resolve(data)
  })
  globalThis.onmessage = null
  const loaded = await loadPyodideFrom(files, { _loadSnapshot: snapshot })
  for (const { buffer } of [snapshot, files.wasm, files.glue, files.loader, files.lock]) buffer.transfer(0)
  return loaded
}

const pyodide = await loadPyodide()
for (const name of ['readbuffer', 'read', 'load']) delete globalThis[name]
const { Guest, close, warm } = pyodide.pyimport('pyodide_guest')
await warm.callPromising()

let writer = null
let guest = null
let wake = () => {}

/** A promise for the moment after the next frame of the host. */
const more = () =>
  new Promise((resolve) => {
    wake = resolve
  })

function start(text) {
  tellWatchdog(parse(text).memoryBytes)
  // Pyodide itself needs these: for functions that cross between the languages, for clocks, for waiting and for random numbers.
  const { WebAssembly, performance, setTimeout, clearTimeout, os } = globalThis
  stripGlobals()
  Object.assign(globalThis, { WebAssembly, performance, setTimeout, clearTimeout, os })
  close()
  guest = Guest((kind, frame) => writer.write(writer.pack(kind, frame)), more, text)
  const { execute } = guest
  void execute.callPromising()
}

await readFrames(
  read,
  (secret) => {
    writer = createWriter(writeSync, secret)
    writer.write(writer.pack('r', '{}'))
  },
  (kind, text) => {
    if (kind === 'r') return start(text)
    guest.hear(kind, text)
    wake()
  },
)
// The host is gone, and no process may outlive it. A worker cannot end the process, and what it said last would be lost if it ended itself.
stayAwake()
tellWatchdog('alone')
