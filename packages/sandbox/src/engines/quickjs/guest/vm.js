/**
 * The first code within the virtual machine, which a skill shares. Like `main.js` of Deno's guest it takes what a skill may not have out
 * of the realm, hands the skill its context and runs it; it uses the same modules for all that is no matter of the engine.
 */
import { createCalls } from '../../javascript/guest/calls.js'
import { actionOf, createConsole, createContext, describeThrown } from '../../javascript/guest/context.js'
import {
  AsyncFunction,
  defineProperty,
  deleteProperty,
  Map_,
  mapDelete,
  mapGet,
  mapSet,
  parse,
  Promise_,
  promiseThen,
  stringify,
} from '../../javascript/guest/intrinsics.js'
import { createOutbox } from '../../javascript/guest/outbox.js'
import { installTimers } from '../../javascript/guest/timers.js'
import { offerWeb } from './web-on-demand.js'

const { send, byteLength, setTimer, clearTimer, listen, ...web } = globalThis.__host
for (const name of ['__host', 'SharedArrayBuffer', 'Atomics']) deleteProperty(globalThis, name)

const same = (text) => text
const timers = new Map_()
let lastTimer = 0
let calls = null
let outbox = null

function global(name, value) {
  defineProperty(globalThis, name, { __proto__: null, value, writable: true, configurable: true })
}

installTimers((work, delayMs, repeats) => {
  lastTimer += 1
  mapSet(timers, lastTimer, { __proto__: null, work, repeats })
  setTimer(lastTimer, delayMs, repeats)
  return lastTimer
}, clearTimer)
global('queueMicrotask', (work) => void promiseThen(Promise_.resolve(), () => work()))
offerWeb(global, web)

function onTimer(id) {
  const timer = mapGet(timers, id)
  if (timer === undefined) return
  if (!timer.repeats) mapDelete(timers, id)
  timer.work()
}

/** The part of an AbortSignal that a skill needs to hear that it is being cancelled. */
function createSignal() {
  const reason = new Error('This operation was aborted')
  reason.name = 'AbortError'
  let first = null
  const signal = {
    aborted: false,
    reason: undefined,
    onabort: null,
    addEventListener(type, listener) {
      if (type === 'abort') first = { __proto__: null, listener, next: first }
    },
    removeEventListener(_type, listener) {
      for (let item = first; item !== null; item = item.next) if (item.listener === listener) item.listener = null
    },
    throwIfAborted() {
      if (signal.aborted) throw reason
    },
  }
  const abort = () => {
    if (signal.aborted) return
    signal.aborted = true
    signal.reason = reason
    const event = { type: 'abort', target: signal }
    if (typeof signal.onabort === 'function') signal.onabort(event)
    for (let item = first; item !== null; item = item.next)
      if (typeof item.listener === 'function') item.listener(event)
      else if (item.listener !== null) item.listener.handleEvent(event)
  }
  return { __proto__: null, signal, abort }
}

const { signal, abort } = createSignal()

async function loadAction({ isScript, entry, script, action, input }) {
  if (isScript) {
    const run = new AsyncFunction('input', 'tools', 'ctx', script)
    return (ctx) => run(input, ctx.tools, ctx)
  }
  const run = actionOf(await import(`skill:/${entry}`), { entry, action })
  return (ctx) => run(input, ctx)
}

function fail(thrown) {
  // The limit of the machine's memory shows as an error like any other; a skill that makes such a one up only harms itself.
  const described = describeThrown(thrown, same)
  if (described.name === 'InternalError' && described.message === 'out of memory') outbox.end('m', '{}')
  else outbox.end('e', stringify(described))
}

async function execute(run) {
  const { windowBytes, streamBytes, openCalls, mostWaitingCalls: mostWaiting, logLines, env } = run
  const pack = (kind, text) => ({ __proto__: null, bytes: byteLength(text), kind, text })
  const write = ({ kind, text }) => send(kind, text)
  outbox = createOutbox({ __proto__: null, pack, write, windowBytes, streamBytes, beforeEnd: () => send('u', '{}') })
  const { sendCall } = outbox
  calls = createCalls({ __proto__: null, sendCall, openCalls, mostWaiting, onFlood: () => outbox.overflow('calls') })
  const console = createConsole({ __proto__: null, log: outbox.log, logLines, tidy: same })
  global('console', console)
  const context = { __proto__: null, callHost: calls.callHost, stream: outbox.stream, console, env, signal }
  try {
    const start = await loadAction(run)
    const output = await start(createContext(context))
    outbox.end('d', stringify(output) ?? 'null')
  } catch (thrown) {
    fail(thrown)
  }
}

listen((kind, text) => {
  try {
    if (kind === 't') onTimer(+text)
    else if (kind === 'v') calls.onReturned(parse(text))
    else if (kind === 'p') calls.onPart(parse(text))
    else if (kind === 'k') outbox.credit(parse(text).bytes)
    else if (kind === 'a') abort()
    else if (kind === 'r') void execute(parse(text))
  } catch (thrown) {
    fail(thrown)
  }
})
