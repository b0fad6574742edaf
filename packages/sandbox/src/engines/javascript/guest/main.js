/**
 * The first code of the isolate that a skill runs in; the only one of its process, except beside `watchdog.js`. It takes the pipes and everything
 * else a skill may not have out of the realm, and only then loads the skill. Nothing here is a boundary by itself. The boundary is the process, which has no
 * permission to anything and serves one run: whatever a skill breaks here, it can only send frames to a host that trusts none of them.
 */
import { createCalls } from './calls.js'
import { actionOf, createConsole, createContext, describeThrown } from './context.js'
import { openEventPipe } from './event-pipe.js'
import { stripGlobals } from './globals.js'
import { apply, defineProperty, methodOf, noop, parse, stringify } from './intrinsics.js'
import { createLoader } from './modules.js'
import { createOutbox } from './outbox.js'
import { installTimers } from './timers.js'
import { createWriter, readFrames } from './wire.js'

/*
 * The engine's own words, which ask no prototype: `Deno.stdin.read` hands its buffer to whatever the skill made of `length`, and what
 * Deno calls setTimeout is that of Node.js, whose first use costs as much as all the rest of a start.
 */
const { read: readByThread, readSync, writeSync, createTimer, cancelTimer } = Deno[Deno.internal].core
const STDIN = 0
const STDOUT = 1
const exit = Deno.exit.bind(Deno)
const processOf = Object.getOwnPropertyDescriptor(globalThis, 'process').get.bind(globalThis)
const bindingOf = (name) => processOf().binding(name)
const listen = globalThis.addEventListener.bind(globalThis)
/** Only a worker has one: there a watchdog wants to know the limit, and nobody outside knows what the process uses. */
const tellWatchdog = globalThis.postMessage?.bind(globalThis)
const memoryUsage = Deno.memoryUsage.bind(Deno)
const aborter = new AbortController()
const abort = aborter.abort.bind(aborter)
const preventDefault = methodOf(Event, 'preventDefault')

const rehearsal = {
  __proto__: null,
  modules: [
    [
      '!rehearsal.js',
      'export async function go(input, ctx) { ctx.console.log(ctx.stream(await ctx.tools.a.b(input))); throw new Error() }',
    ],
  ],
  entry: '!rehearsal.js',
  action: 'go',
  input: [],
  env: {},
  windowBytes: 1,
  streamBytes: 1_000,
  openCalls: 1,
  mostWaitingCalls: 1,
  logLines: 1,
}
const loader = createLoader((hooks) => processOf().getBuiltinModule('node:module').registerHooks(hooks))
let writer = null
let onUncaught = noop
let calls = null
let outbox = null
/** Until there is something else to do, nothing needs to go on meanwhile. */
const readOnTheSpot = (view) => readSync(STDIN, view)
let read = readOnTheSpot
let isClosed = false

/** The realm as a skill finds it, but for its console. What the hooks bring into it has to be there before. */
function closeRealm() {
  if (isClosed) return
  isClosed = true
  stripGlobals()
  installTimers((work, delayMs, repeats) => createTimer(work, delayMs, undefined, repeats, true), cancelTimer)
}

/** First uses are slow, so they happen before a run comes: all that a run does, with nobody to hear it but an echo. */
async function prepare() {
  loader.prepare()
  read = openEventPipe(bindingOf, STDIN)
  const write = () => onFrame('v', '{"id":1,"result":{"success":true,"data":1}}')
  await execute(rehearsal, { __proto__: null, ...writer, write })
  loader.forget(rehearsal)
}

async function loadAction(run) {
  if (run.isScript) {
    const script = loader.loadScript(run)
    return (ctx) => script(run.input, ctx.tools, ctx)
  }
  const action = actionOf(await loader.loadEntry(run), run)
  return (ctx) => action(run.input, ctx)
}

async function execute(run, { pack, write }) {
  const { windowBytes, streamBytes, openCalls, mostWaitingCalls: mostWaiting, logLines, env, entry } = run
  const tidy = (text) => loader.tidy(text, entry)
  const lastWords = () => {
    if (tellWatchdog !== undefined) write(pack('u', stringify({ peakMemoryBytes: memoryUsage().rss })))
  }
  outbox = createOutbox({ __proto__: null, pack, write, windowBytes, streamBytes, beforeEnd: lastWords })
  const { sendCall, end, log, overflow, stream } = outbox
  const fail = (thrown) => end('e', stringify(describeThrown(thrown, tidy)))
  calls = createCalls({ __proto__: null, sendCall, openCalls, mostWaiting, onFlood: () => overflow('calls') })
  const console = createConsole({ __proto__: null, log, logLines, tidy })
  const { callHost } = calls
  onUncaught = fail
  try {
    if (!run.isSelfContained) loader.prepare()
    closeRealm()
    defineProperty(globalThis, 'console', { __proto__: null, value: console, writable: true, configurable: true })
    const start = await loadAction(run)
    const context = { __proto__: null, callHost, stream, console, env, signal: aborter.signal }
    const output = await start(createContext(context))
    end('d', stringify(output) ?? 'null')
  } catch (thrown) {
    fail(thrown)
  }
}

function onFrame(kind, text) {
  if (kind === 'v') calls.onReturned(parse(text))
  else if (kind === 'p') calls.onPart(parse(text))
  else if (kind === 'k') outbox.credit(parse(text).bytes)
  else if (kind === 'a') apply(abort, undefined, [])
  else if (kind === 'w') return prepare()
  else if (kind === 'r') {
    if (read === readOnTheSpot) read = readByThread.bind(null, STDIN)
    const run = parse(text)
    tellWatchdog?.(run.memoryBytes)
    void execute(run, writer)
  }
}

for (const [name, thrownOf] of [
  ['unhandledrejection', (event) => event.reason],
  ['error', (event) => event.error],
])
  listen(name, (event) => {
    preventDefault(event)
    onUncaught(thrownOf(event))
  })

await readFrames(
  (view) => read(view),
  (secret) => {
    writer = createWriter((view) => writeSync(STDOUT, view), secret)
    writer.write(writer.pack('r', '{}'))
  },
  onFrame,
)
// The host is gone: nobody waits for a result, and no process may outlive it.
if (tellWatchdog === undefined) exit(0)
// A worker cannot end the process, and what it said last would be lost if it ended itself.
createTimer(noop, 1_000, undefined, true, true)
tellWatchdog('alone')
