/**
 * The first code of the isolate that a skill runs in; the only one of its process, except beside `watchdog.js`. It takes the pipes and everything
 * else a skill may not have out of the realm, and only then loads the skill. Nothing here is a boundary by itself. The boundary is the process, which has no
 * permission to anything and serves one run: whatever a skill breaks here, it can only send frames to a host that trusts none of them.
 */
import { createCalls } from './calls.js'
import { actionOf, createConsole, createContext, describeThrown } from './context.js'
import { stripGlobals } from './globals.js'
import { apply, defineProperty, methodOf, noop, parse, stringify } from './intrinsics.js'
import { createLoader } from './modules.js'
import { createOutbox } from './outbox.js'
import { installTimers } from './timers.js'
import { createWriter, readFrames } from './wire.js'

/** A process that has waited this long makes itself faster for the run to come. Under load it never waits. */
const PREPARE_AFTER_MS = 15

/*
 * The engine's own words, which ask no prototype: `Deno.stdin.read` hands its buffer to whatever the skill made of `length`, and what
 * Deno calls setTimeout is that of Node.js, whose first use costs as much as all the rest of a start.
 */
const { read, writeSync, createTimer, cancelTimer } = Deno[Deno.internal].core
const STDIN = 0
const STDOUT = 1
const exit = Deno.exit.bind(Deno)
const processOf = Object.getOwnPropertyDescriptor(globalThis, 'process').get.bind(globalThis)
const listen = globalThis.addEventListener.bind(globalThis)
/** Only a worker has one: there a watchdog wants to know the limit, and nobody outside knows what the process uses. */
const tellWatchdog = globalThis.postMessage?.bind(globalThis)
const memoryUsage = Deno.memoryUsage.bind(Deno)
const aborter = new AbortController()
const abort = aborter.abort.bind(aborter)
const preventDefault = methodOf(Event, 'preventDefault')

const loader = createLoader((hooks) => processOf().getBuiltinModule('node:module').registerHooks(hooks))
let writer = null
let calls = null
let outbox = null
let hasRun = false
let isClosed = false

/** The realm as a skill finds it, but for its console. What the hooks bring into it has to be there before. */
function closeRealm() {
  if (isClosed) return
  isClosed = true
  stripGlobals()
  installTimers((work, delayMs, repeats) => createTimer(work, delayMs, undefined, repeats, true), cancelTimer)
}

/** First uses are slow, so they happen before a run comes: all that a run does, with nobody to hear it. */
async function prepare() {
  if (hasRun) return
  const { warm } = await loader.warmUp()
  if (hasRun) return
  closeRealm()
  const sink = createOutbox({
    __proto__: null,
    ...writer,
    write: noop,
    windowBytes: 1,
    streamBytes: 1000,
    beforeEnd: noop,
  })
  const { callHost } = createCalls({
    __proto__: null,
    sendCall: sink.sendCall,
    openCalls: 1,
    mostWaiting: 1,
    onFlood: noop,
  })
  const console = createConsole({ __proto__: null, log: sink.log, logLines: 1, tidy: (text) => text })
  const context = { __proto__: null, callHost, stream: sink.stream, console, env: {}, signal: aborter.signal }
  createContext(context).stream(await warm(parse(stringify({ ready: true }))))
  console.log('ready')
  sink.end('d', stringify(describeThrown(new Error('ready'), (text) => text)))
}

async function loadAction(run) {
  if (run.isScript) {
    const script = loader.loadScript(run)
    return (ctx) => script(run.input, ctx.tools, ctx)
  }
  const action = actionOf(await loader.loadEntry(run), run)
  return (ctx) => action(run.input, ctx)
}

function fail(thrown, run) {
  outbox.end('e', stringify(describeThrown(thrown, (text) => loader.tidy(text, run.entry))))
}

function lastWords() {
  if (tellWatchdog !== undefined) writer.write(writer.pack('u', stringify({ peakMemoryBytes: memoryUsage().rss })))
}

async function execute(run) {
  tellWatchdog?.(run.memoryBytes)
  const { windowBytes, streamBytes } = run
  outbox = createOutbox({ __proto__: null, ...writer, windowBytes, streamBytes, beforeEnd: lastWords })
  const { sendCall } = outbox
  const { openCalls, mostWaitingCalls: mostWaiting, logLines, env, entry } = run
  calls = createCalls({ __proto__: null, sendCall, openCalls, mostWaiting, onFlood: () => outbox.overflow('calls') })
  const tidy = (text) => loader.tidy(text, entry)
  const console = createConsole({ __proto__: null, log: outbox.log, logLines, tidy })
  const context = {
    __proto__: null,
    callHost: calls.callHost,
    stream: outbox.stream,
    console,
    env,
    signal: aborter.signal,
  }
  const onUncaught = (event, thrown) => {
    preventDefault(event)
    fail(thrown, run)
  }
  listen('unhandledrejection', (event) => onUncaught(event, event.reason))
  listen('error', (event) => onUncaught(event, event.error))
  try {
    if (!run.isSelfContained) loader.prepare()
    closeRealm()
    defineProperty(globalThis, 'console', { __proto__: null, value: console, writable: true, configurable: true })
    const start = await loadAction(run)
    const output = await start(createContext(context))
    outbox.end('d', stringify(output) ?? 'null')
  } catch (thrown) {
    fail(thrown, run)
  }
}

function onFrame(kind, text) {
  if (kind === 'v') calls.onReturned(parse(text))
  else if (kind === 'p') calls.onPart(parse(text))
  else if (kind === 'k') outbox.credit(parse(text).bytes)
  else if (kind === 'a') apply(abort, undefined, [])
  else if (kind === 'r') {
    hasRun = true
    void execute(parse(text))
  }
}

await readFrames(
  (view) => read(STDIN, view),
  (secret) => {
    writer = createWriter((view) => writeSync(STDOUT, view), secret)
    writer.write(writer.pack('r', '{}'))
    createTimer(prepare, PREPARE_AFTER_MS, undefined, false, true)
  },
  onFrame,
)
// The host is gone: nobody waits for a result, and no process may outlive it.
exit(0)
