/**
 * The trusted half of the guest process. It owns stdin and stdout, watches the memory of the process and passes messages between the host
 * and the worker, in which the skill runs. It never parses what the worker says: it passes strings on, marked with a secret
 * that the worker cannot know, so that bytes the worker might get onto stdout are recognised as forged.
 *
 * Host to guest: u32 length, kind byte, payload. Guest to host: u32 length, 16 secret bytes, kind byte, payload.
 */
// oxlint-disable-next-line import/default -- imported as text, which the linter does not know
import workerSource from './worker.js' with { type: 'text' }

const SECRET_BYTES = 16
const WATCH_EVERY_MS = 5
const encoder = new TextEncoder()
const decoder = new TextDecoder()
/** What a worker may say: call, stream, log, done, error. Memory, usage and readiness are the supervisor's own words. */
const workerKinds = new Set(['c', 's', 'l', 'd', 'e'])

let secret = new Uint8Array(SECRET_BYTES)
let memoryLimitBytes = Number.POSITIVE_INFINITY
let peakBytes = 0
let ended = false

function writeAll(bytes) {
  let written = 0
  while (written < bytes.length) written += Deno.stdout.writeSync(bytes.subarray(written))
}

function send(kind, text) {
  const payload = encoder.encode(text)
  const frame = new Uint8Array(4 + SECRET_BYTES + 1 + payload.length)
  new DataView(frame.buffer).setUint32(0, frame.length - 4)
  frame.set(secret, 4)
  frame[4 + SECRET_BYTES] = kind.charCodeAt(0)
  frame.set(payload, 4 + SECRET_BYTES + 1)
  writeAll(frame)
}

function end(kind, text) {
  if (ended) return
  ended = true
  measure()
  send('u', JSON.stringify({ peakMemoryBytes: peakBytes }))
  send(kind, text)
}

function measure() {
  const now = Deno.memoryUsage().rss
  if (now > peakBytes) peakBytes = now
  return now
}

function watch() {
  if (measure() <= memoryLimitBytes) return
  end('m', '{}')
  Deno.exit(137)
}

function onWorkerMessage(event) {
  if (ended) return
  const message = event.data
  const isWellFormed =
    Array.isArray(message) && message.length === 2 && workerKinds.has(message[0]) && typeof message[1] === 'string'
  if (!isWellFormed) return end('x', '{}')
  if (message[0] === 'd' || message[0] === 'e') end(message[0], message[1])
  else send(message[0], message[1])
}

const worker = new Worker(`data:application/javascript,${encodeURIComponent(workerSource)}`, {
  type: 'module',
  deno: { permissions: 'none' },
})
const nextWorkerMessage = () =>
  new Promise((resolve) => {
    worker.onmessage = resolve
  })
const workerReady = nextWorkerMessage()
worker.onmessageerror = () => end('x', '{}')
worker.onerror = (event) => {
  event.preventDefault()
  end('e', JSON.stringify({ name: 'Error', message: String(event.message).slice(0, 4000), isUncaught: true }))
}

/** First uses are slow (a first timer costs 4 ms), so they happen before the process counts as ready. */
async function warmUp() {
  measure()
  await new Promise((resolve) => setTimeout(resolve, 1))
  for (let round = 0; round < 3; round++) {
    const answer = nextWorkerMessage()
    worker.postMessage(['w', ''])
    await answer
  }
}

function onHostFrame(kind, payload) {
  const text = decoder.decode(payload)
  if (kind === 'r') {
    memoryLimitBytes = JSON.parse(text).memoryBytes
    setInterval(watch, WATCH_EVERY_MS)
  }
  worker.postMessage([kind, text])
}

async function* hostFrames() {
  let held = new Uint8Array(0)
  for await (const chunk of Deno.stdin.readable) {
    if (held.length === 0) held = chunk
    else {
      const joined = new Uint8Array(held.length + chunk.length)
      joined.set(held)
      joined.set(chunk, held.length)
      held = joined
    }
    while (held.length >= 4) {
      const length = new DataView(held.buffer, held.byteOffset).getUint32(0)
      if (held.length < 4 + length) break
      yield held.subarray(4, 4 + length)
      held = held.subarray(4 + length)
    }
  }
}

for await (const frame of hostFrames()) {
  const kind = String.fromCharCode(frame[0])
  const payload = frame.subarray(1)
  if (kind === 'b') {
    secret = payload.slice(0, SECRET_BYTES)
    await workerReady
    await warmUp()
    worker.onmessage = onWorkerMessage
    send('r', '{}')
  } else onHostFrame(kind, payload)
}
// The host is gone: nobody waits for a result, and no process may outlive it.
Deno.exit(0)
