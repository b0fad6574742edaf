/**
 * The first code of the guest process where the system neither limits its memory nor ends it together with its host. The skill then runs in
 * a worker with `main.js`, which owns the pipes, and this isolate does nothing but look. A worker that keeps the processor busy does
 * not hold it up.
 */
const LOOK_EVERY_MS = 5

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
setInterval(look, LOOK_EVERY_MS)
