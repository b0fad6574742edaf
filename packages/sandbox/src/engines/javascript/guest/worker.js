/**
 * The first code of the worker in which one skill runs once. It takes away everything a skill may not have, and only then
 * loads the skill. It runs in the skill's own realm, so nothing here is a boundary by itself: whatever a skill breaks here, it can only
 * send the five kinds of message that it may send anyway, to a host that trusts none of them.
 */
const post = globalThis.postMessage.bind(globalThis)
const { registerHooks } = globalThis.process.getBuiltinModule('node:module')
/** A method as a plain function, so that a skill that changes the prototypes later does not change this code. */
const methodOf = (type, name) => Function.prototype.call.bind(type.prototype[name])
const mapGet = methodOf(Map, 'get')
const mapSet = methodOf(Map, 'set')
const mapDelete = methodOf(Map, 'delete')
const mapHas = methodOf(Map, 'has')
const startsWith = methodOf(String, 'startsWith')
const endsWith = methodOf(String, 'endsWith')
const slice = methodOf(String, 'slice')
const join = methodOf(Array, 'join')
const push = methodOf(Array, 'push')
const { parse, stringify } = JSON
const { apply, ownKeys } = Reflect
const { freeze, defineProperty, getPrototypeOf } = Object
const String_ = String
const Error_ = Error
const URL_ = URL
const Promise_ = Promise
const Proxy_ = Proxy
const AsyncFunction = getPrototypeOf(async () => {}).constructor
const asyncIterator = Symbol.asyncIterator
const MAX_TEXT = 8192

/* What is left of the global object: the language without shared memory and WebAssembly, and a few harmless parts of the web. */
const kept = new Set(
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error AggregateError
  EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError DisposableStack AsyncDisposableStack globalThis JSON Math
  Intl ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array BigInt64Array Uint8ClampedArray
  Float16Array Float32Array Float64Array DataView Map BigInt Set Iterator WeakMap WeakSet WeakRef FinalizationRegistry Proxy Reflect Temporal
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN queueMicrotask AbortController AbortSignal
  DOMException Event EventTarget TextDecoder TextEncoder URL URLSearchParams URLPattern atob btoa structuredClone clearInterval clearTimeout
  setInterval setTimeout crypto`.split(/\s+/),
)

globalThis.addEventListener('message', onMessage)
for (const key of ownKeys(globalThis)) {
  if (typeof key !== 'string' || kept.has(key)) continue
  if (!Reflect.deleteProperty(globalThis, key)) globalThis[key] = undefined
}

/* Modules: only the files of the package, by relative path. */
const modules = new Map()
const refused = []
registerHooks({
  resolve(specifier, context) {
    const isRelative = startsWith(specifier, './') || startsWith(specifier, '../') || startsWith(specifier, 'skill:/')
    if (isRelative) {
      const url = new URL_(specifier, context.parentURL).href
      if (mapHas(modules, url)) return { url, format: endsWith(url, '.json') ? 'json' : 'module', shortCircuit: true }
    }
    push(refused, slice(specifier, 0, 200))
    return { url: `skill:/!refused/${refused.length - 1}`, format: 'module', shortCircuit: true }
  },
  load(url) {
    const source = mapGet(modules, url)
    if (source === undefined) return { source: refusal(url), format: 'module', shortCircuit: true }
    return { source, format: endsWith(url, '.json') ? 'json' : 'module', shortCircuit: true }
  },
})

function refusalText(specifier) {
  return `The skill cannot import ${stringify(specifier)}: only files of its own package can be imported, by relative path`
}

function refusal(url) {
  return `throw new Error(${stringify(refusalText(refused[slice(url, '!refused/'.length + 7)]))})`
}

/* Calls to the host. */
const pending = new Map()
let lastCallId = 0

class ToolError extends Error_ {
  constructor(failure) {
    super(failure.error)
    this.name = 'ToolError'
    this.errorType = failure.errorType
    this.recoveryOptions = failure.recoveryOptions
  }
}

function callHost(path, args) {
  return new Promise_((resolve, reject) => {
    const id = ++lastCallId
    const text = stringify({ __proto__: null, id, path, args: args === undefined ? null : args })
    mapSet(pending, id, { __proto__: null, resolve, reject })
    post(['c', text])
  })
}

function onReturn({ id, result }) {
  const waiting = mapGet(pending, id)
  if (waiting === undefined) return
  mapDelete(pending, id)
  if (result.success) waiting.resolve(result.data)
  else waiting.reject(new ToolError(result))
}

/** `tools.csv.parse(args)`: a function for every dotted path, so that a new tool of the host needs no change here. */
function toolProxy(path) {
  return new Proxy_(function tool() {}, {
    get: (_target, key) =>
      typeof key !== 'string' || key === 'then' ? undefined : toolProxy(path === '' ? key : `${path}.${key}`),
    apply: (_target, _self, args) => callHost(path, args[0]),
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  })
}

/** A model call can be awaited for the whole or iterated for its parts. */
function modelCall(path, args) {
  const whole = callHost(path, args)
  // The rejection belongs to whoever awaits or iterates; until then it must not count as unhandled.
  whole.catch(() => {})
  return defineProperty(whole, asyncIterator, {
    value: async function* parts() {
      yield await whole
    },
  })
}

/* Logs. */
function describe(value) {
  if (typeof value === 'string') return value
  if (value instanceof Error_) return value.stack ?? String_(value)
  try {
    return stringify(value) ?? String_(value)
  } catch {
    return String_(value)
  }
}

function createConsole(maxLines) {
  let lines = 0
  const at = (level) =>
    function log(...values) {
      if (lines++ > maxLines) return
      const words = []
      for (let i = 0; i < values.length; i++) push(words, describe(values[i]))
      post(['l', stringify({ __proto__: null, level, message: slice(join(words, ' '), 0, MAX_TEXT) })])
    }
  return freeze({ debug: at('debug'), log: at('info'), info: at('info'), warn: at('warn'), error: at('error') })
}

/* One run. */
const aborter = new AbortController()
const abort = aborter.abort.bind(aborter)

function createContext(run) {
  const tools = toolProxy('')
  const storage = freeze({
    get: (key) => callHost('storage.get', { key }),
    set: (key, value) => callHost('storage.set', { key, value }),
    delete: (key) => callHost('storage.delete', { key }),
    list: (prefix) => callHost('storage.list', prefix === undefined ? {} : { prefix }),
  })
  const ai = freeze({
    generateText: (prompt, options) => modelCall('ai.generateText', { prompt, options: options ?? {} }),
    generateObject: (prompt, options) => modelCall('ai.generateObject', { prompt, options: options ?? {} }),
    embed: (text, options) => modelCall('ai.embed', { text, options: options ?? {} }),
  })
  const stream = (chunk) => post(['s', stringify(chunk) ?? 'null'])
  return freeze({
    ai,
    tools,
    storage,
    console: globalThis.console,
    env: freeze(run.env),
    stream,
    signal: aborter.signal,
  })
}

function explainLoadFailure(error) {
  if (refused.length === 0) return error
  const problem = new Error_(refusalText(refused[0]))
  problem.name = 'ImportError'
  return problem
}

async function loadAction(run) {
  const source = mapGet(modules, `skill:/${run.entry}`)
  if (run.isScript) return new AsyncFunction('input', 'tools', 'ctx', `${source}\n//# sourceURL=skill:/${run.entry}`)
  let exports
  try {
    exports = await import(`skill:/${run.entry}`)
  } catch (error) {
    throw explainLoadFailure(error)
  }
  const action = exports[run.action]
  if (typeof action === 'function') return (input, _tools, ctx) => action(input, ctx)
  const names = join(
    ownKeys(exports).filter((key) => typeof key === 'string'),
    ', ',
  )
  throw new TypeError(
    `${run.entry} exports no function named ${stringify(run.action)}; it exports: ${names || 'nothing'}`,
  )
}

function textOf(value) {
  return typeof value === 'string' ? slice(value, 0, MAX_TEXT) : undefined
}

/** What was thrown may be anything, including a proxy whose every property throws. */
function describeThrown(thrown) {
  try {
    if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null)
      return { __proto__: null, name: 'Error', message: slice(String_(thrown), 0, MAX_TEXT) }
    const name = textOf(thrown.name)
    const message = textOf(thrown.message) ?? slice(describe(thrown), 0, MAX_TEXT)
    return { __proto__: null, name, message, stack: textOf(thrown.stack), errorType: textOf(thrown.errorType) }
  } catch {
    return { __proto__: null, name: 'Error', message: 'The skill threw a value that cannot be described' }
  }
}

async function execute(run) {
  try {
    for (let i = 0; i < run.modules.length; i++) mapSet(modules, `skill:/${run.modules[i][0]}`, run.modules[i][1])
    defineProperty(globalThis, 'console', { value: createConsole(run.logLines), writable: true, configurable: true })
    const ctx = createContext(run)
    const action = await loadAction(run)
    const output = await action(run.input, ctx.tools, ctx)
    post(['d', stringify(output) ?? 'null'])
  } catch (thrown) {
    post(['e', stringify(describeThrown(thrown))])
  }
}

function onMessage(event) {
  const { 0: kind, 1: text } = event.data
  if (kind === 'w') post('up')
  else if (kind === 'r') void execute(parse(text))
  else if (kind === 'v') onReturn(parse(text))
  else if (kind === 'a') apply(abort, undefined, [])
}

// The first import, timer and message are slow; they happen here, while the process waits in the pool.
await new Promise((resolve) => setTimeout(resolve, 1))
mapSet(modules, 'skill:/!warm.js', 'export async function warm(input) { return input }')
const { warm } = await import('skill:/!warm.js')
await warm(parse(stringify({ ready: true })))
mapDelete(modules, 'skill:/!warm.js')
post('up')
