/**
 * The language as it was before the skill was loaded. Code that runs beside a skill uses nothing else, so that a skill that changes
 * prototypes changes nothing here. A skill may import this module and finds only what it has anyway: the modules of the
 * guest export functions without state, and what they work with is handed to them by `main.js`, which exports nothing.
 */

/* `uncurry(method)(self, ...args)` is `method.call(self, ...args)`, whatever becomes of `call` later. */
const uncurry = Function.prototype.bind.bind(Reflect.get(Function.prototype, 'call'))

/** A method as a plain function: `slice(text, 1)` for `text.slice(1)`. */
export function methodOf(type, name) {
  return uncurry(type.prototype[name])
}

/** The reader of a property that a prototype has, as a plain function. */
export function getterOf(prototype, name) {
  return uncurry(Reflect.get(Object.getOwnPropertyDescriptor(prototype, name), 'get'))
}

export const mapGet = methodOf(Map, 'get')
export const mapSet = methodOf(Map, 'set')
export const mapDelete = methodOf(Map, 'delete')
export const mapHas = methodOf(Map, 'has')
export const startsWith = methodOf(String, 'startsWith')
export const endsWith = methodOf(String, 'endsWith')
export const slice = methodOf(String, 'slice')
export const charCodeAt = methodOf(String, 'charCodeAt')
export const replaceAll = methodOf(String, 'replaceAll')
export const join = methodOf(Array, 'join')
export const push = methodOf(Array, 'push')
export const promiseThen = methodOf(Promise, 'then')
export const { parse, stringify } = JSON
export const { apply, ownKeys, deleteProperty } = Reflect
export const { freeze, defineProperty, getPrototypeOf } = Object
export const { asyncIterator } = Symbol
export const Map_ = Map
export const Error_ = Error
export const TypeError_ = TypeError
export const Promise_ = Promise
export const Proxy_ = Proxy
export const String_ = String
export const AsyncFunction = getPrototypeOf(async () => {}).constructor

export function noop() {}
