/** Calls to the host: `ctx.tools`, `ctx.storage` and `ctx.ai`. See guests/frames.ts, "Calls". */
import {
  asyncIterator,
  defineProperty,
  Error_,
  freeze,
  Map_,
  mapDelete,
  mapGet,
  mapSet,
  noop,
  Promise_,
  promiseThen,
  Proxy_,
  stringify,
} from './intrinsics.js'

class ToolError extends Error_ {
  constructor(failure) {
    super(failure.error)
    this.name = 'ToolError'
    this.errorType = failure.errorType
    this.recoveryOptions = failure.recoveryOptions
  }
}

/**
 * Numbers calls, keeps further ones while `openCalls` have no answer, and brings answers and their parts to who waits for them. When more than
 * `mostWaiting` are kept, `onFlood` is called.
 */
export function createCalls({ sendCall, openCalls, mostWaiting, onFlood }) {
  const pending = new Map_()
  let lastId = 0
  let open = 0
  let waiting = 0
  let first = null
  let last = null

  function send(text) {
    open += 1
    sendCall(text)
  }

  function callHost(path, args, onPart) {
    return new Promise_((resolve, reject) => {
      // May throw, for what is not JSON, and may call the host itself; nothing has been counted by then.
      const told = stringify(args) ?? 'null'
      lastId += 1
      const parts = onPart === undefined ? '' : ',"parts":true'
      const text = `{"id":${lastId},"path":${stringify(path)},"args":${told}${parts}}`
      mapSet(pending, lastId, { __proto__: null, resolve, reject, onPart })
      if (open < openCalls) return send(text)
      const item = { __proto__: null, text, next: null }
      if (first === null) first = item
      else last.next = item
      last = item
      if (++waiting > mostWaiting) onFlood()
    })
  }

  function onReturned({ id, result }) {
    const caller = mapGet(pending, id)
    if (caller === undefined) return
    mapDelete(pending, id)
    open -= 1
    if (first !== null) {
      const { text } = first
      first = first.next
      waiting -= 1
      send(text)
    }
    if (result.success) caller.resolve(result.data)
    else caller.reject(new ToolError(result))
  }

  function onPart({ id, part }) {
    mapGet(pending, id)?.onPart?.(part)
  }

  return { __proto__: null, callHost, onReturned, onPart }
}

/** `tools.csv.parse(args)`: a function for every dotted path, so that a new tool of the host needs no change here. */
function toolProxy(callHost, path) {
  return new Proxy_(function tool() {}, {
    __proto__: null,
    get: (_target, key) =>
      typeof key !== 'string' || key === 'then' ? undefined : toolProxy(callHost, path === '' ? key : `${path}.${key}`),
    apply: (_target, _self, args) => callHost(path, args[0]),
    set: () => false,
    defineProperty: () => false,
    deleteProperty: () => false,
  })
}

/** Parts as they come, for any number of readers, each from the first on. */
function createParts() {
  const first = { __proto__: null, part: undefined, next: null, wake: null, isLast: false }
  let tail = first

  const add = (part) => {
    const item = { __proto__: null, part, next: null, wake: null, isLast: false }
    tail.next = item
    tail.wake?.()
    tail = item
  }
  const end = () => {
    tail.isLast = true
    tail.wake?.()
  }
  return { __proto__: null, first, add, end }
}

function nextOf(item) {
  return new Promise_((resolve) => {
    const wakeOthers = item.wake ?? noop
    item.wake = () => {
      wakeOthers()
      resolve()
    }
  })
}

/** A model call can be awaited for the whole or iterated for its parts. */
function modelCall(callHost, path, args) {
  const parts = createParts()
  const whole = callHost(path, args, parts.add)
  // The rejection belongs to whoever awaits or iterates; until then it must not count as unhandled.
  promiseThen(whole, parts.end, parts.end)
  return defineProperty(whole, asyncIterator, {
    __proto__: null,
    value: async function* iterate() {
      let item = parts.first
      for (;;) {
        if (item.next !== null) {
          item = item.next
          yield item.part
        } else if (item.isLast) break
        else await nextOf(item)
      }
      const answer = await whole
      if (item === parts.first) yield answer
    },
  })
}

/** What a skill calls the host by. */
export function createHostTools(callHost) {
  const storage = freeze({
    get: (key) => callHost('storage.get', { key }),
    set: (key, value) => callHost('storage.set', { key, value }),
    delete: (key) => callHost('storage.delete', { key }),
    list: (prefix) => callHost('storage.list', prefix === undefined ? {} : { prefix }),
  })
  const ai = freeze({
    generateText: (prompt, options) => modelCall(callHost, 'ai.generateText', { prompt, options: options ?? {} }),
    generateObject: (prompt, options) => modelCall(callHost, 'ai.generateObject', { prompt, options: options ?? {} }),
    embed: (text, options) => modelCall(callHost, 'ai.embed', { text, options: options ?? {} }),
  })
  return { __proto__: null, tools: toolProxy(callHost, ''), storage, ai }
}
