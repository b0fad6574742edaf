/** What a skill is handed, and how what it throws and logs is told. */
import { createHostTools } from './calls.js'
import { Error_, freeze, join, ownKeys, push, slice, String_, stringify, TypeError_ } from './intrinsics.js'

const MAX_TEXT = 8192

function describe(value) {
  if (typeof value === 'string') return value
  if (value instanceof Error_) return value.stack ?? String_(value)
  try {
    return stringify(value) ?? String_(value)
  } catch {
    return String_(value)
  }
}

/** A console that sends at most `logLines` + 1 lines. `tidy` shortens what is in a text. */
export function createConsole({ log, logLines, tidy }) {
  let lines = 0
  const at = (level) =>
    function write(...values) {
      if (lines++ > logLines) return
      const words = []
      for (let i = 0; i < values.length; i++) push(words, describe(values[i]))
      log(stringify({ __proto__: null, level, message: slice(tidy(join(words, ' ')), 0, MAX_TEXT) }))
    }
  return freeze({ debug: at('debug'), log: at('info'), info: at('info'), warn: at('warn'), error: at('error') })
}

/** The `ctx` of one run. */
export function createContext({ callHost, stream, console, env, signal }) {
  const { tools, storage, ai } = createHostTools(callHost)
  return freeze({
    ai,
    tools,
    storage,
    console,
    env: freeze(env),
    stream: (chunk) => stream(stringify(chunk) ?? 'null'),
    signal,
  })
}

function textOf(value, tidy) {
  return typeof value === 'string' ? slice(tidy(value), 0, MAX_TEXT) : undefined
}

/** What was thrown may be anything, including a proxy whose every property throws. */
export function describeThrown(thrown, tidy) {
  try {
    if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null)
      return { __proto__: null, name: 'Error', message: slice(String_(thrown), 0, MAX_TEXT) }
    const message = textOf(thrown.message, tidy) ?? slice(tidy(describe(thrown)), 0, MAX_TEXT)
    const { name, stack, errorType } = thrown
    return {
      __proto__: null,
      name: textOf(name, tidy),
      message,
      stack: textOf(stack, tidy),
      errorType: textOf(errorType, tidy),
    }
  } catch {
    return { __proto__: null, name: 'Error', message: 'The skill threw a value that cannot be described' }
  }
}

/** The function of a module that runs an action. Throws TypeError where there is none. */
export function actionOf(exports, { entry, action }) {
  const found = exports[action]
  if (typeof found === 'function') return found
  const names = []
  const keys = ownKeys(exports)
  for (let i = 0; i < keys.length; i++) if (typeof keys[i] === 'string') push(names, keys[i])
  const exported = join(names, ', ') || 'nothing'
  throw new TypeError_(`${entry} exports no function named ${stringify(action)}; it exports: ${exported}`)
}
