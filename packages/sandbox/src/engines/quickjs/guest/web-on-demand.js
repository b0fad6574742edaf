/**
 * The machine reads the web's part of the realm when a skill first touches it: that takes longer than all else of a start. A skill that has
 * changed the language by then has changed it for that part, too, which nobody else uses and which holds nothing of the host.
 */
import { defineProperty } from '../../javascript/guest/intrinsics.js'

const names = ['atob', 'btoa', 'crypto', 'DOMException', 'structuredClone', 'TextDecoder', 'TextEncoder']
const addressNames = ['URL', 'URLSearchParams']

function offer(names, define, create) {
  let made = null
  for (let i = 0; i < names.length; i++) {
    const name = names[i]
    const get = () => {
      made ??= create()
      define(name, made[name])
      return made[name]
    }
    const set = (value) => define(name, value)
    defineProperty(globalThis, name, { __proto__: null, get, set, configurable: true })
  }
}

/** `loadWeb(name)` answers the exports of `web/<name>.js`; `define(name, value)` makes a global. */
export function offerWeb(define, { loadWeb, randomBytes, readUrl }) {
  offer(names, define, () => loadWeb('web').createWeb(randomBytes))
  offer(addressNames, define, () => loadWeb('url').createUrl({ __proto__: null, readUrl }))
}
