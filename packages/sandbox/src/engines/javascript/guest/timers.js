/** Timers as in a browser, on whatever the engine has. */
import { apply, defineProperty, Map_, mapDelete, mapGet, mapSet, TypeError_ } from './intrinsics.js'

/** `start(work, delayMs, repeats)` answers what `stop` takes. */
export function installTimers(start, stop) {
  const timers = new Map_()
  let lastId = 0

  function begin(work, delayMs, repeats, args) {
    if (typeof work !== 'function') throw new TypeError_('a timer needs a function')
    const id = ++lastId
    const run = () => {
      if (!repeats) mapDelete(timers, id)
      apply(work, undefined, args)
    }
    mapSet(timers, id, start(run, +delayMs || 0, repeats))
    return id
  }
  function end(id) {
    const timer = mapGet(timers, id)
    if (mapDelete(timers, id)) stop(timer)
  }
  const functions = {
    __proto__: null,
    setTimeout: (work, delayMs, ...args) => begin(work, delayMs, false, args),
    setInterval: (work, delayMs, ...args) => begin(work, delayMs, true, args),
    clearTimeout: end,
    clearInterval: end,
  }
  for (const name in functions)
    defineProperty(globalThis, name, { __proto__: null, value: functions[name], writable: true, configurable: true })
}
