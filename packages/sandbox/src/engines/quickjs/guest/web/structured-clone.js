/** `structuredClone`, as https://html.spec.whatwg.org/#structuredserializeinternal has it for what this machine knows. */
import { getterOf } from '../../../javascript/guest/intrinsics.js'
import { DOMException } from './dom-exception.js'

const errors = { __proto__: null, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }
const views = {
  __proto__: null,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float16Array,
  Float32Array,
  Float64Array,
}
const typeOfView = getterOf(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
const never = [Promise, WeakMap, WeakSet, WeakRef, FinalizationRegistry]
const boxes = [Boolean, Number, String, BigInt]

function refuse(value) {
  const what = typeof value === 'symbol' ? String(value) : `A ${typeof value}`
  throw new DOMException(`${what} cannot be cloned`, 'DataCloneError')
}

function copyBuffer(buffer) {
  if (buffer.detached) throw new DOMException('A detached ArrayBuffer cannot be cloned', 'DataCloneError')
  if (!buffer.resizable) return buffer.slice(0)
  const copy = new ArrayBuffer(buffer.byteLength, { maxByteLength: buffer.maxByteLength })
  new Uint8Array(copy).set(new Uint8Array(buffer))
  return copy
}

function copyView(view, clone) {
  const buffer = clone(view.buffer)
  if (view instanceof DataView) return new DataView(buffer, view.byteOffset, view.byteLength)
  return new views[typeOfView(view)](buffer, view.byteOffset, view.length)
}

/** The errors of the language keep their kind, all others become plain ones. */
function copyError(error, clone) {
  const cause = Object.hasOwn(error, 'cause') ? { cause: clone(error.cause) } : undefined
  const copy = new (errors[error.name] ?? Error)(`${error.message}`, cause)
  Object.defineProperty(copy, 'stack', { value: `${error.stack}`, writable: true, configurable: true })
  return copy
}

/** A copy of what has no parts that could lead back to it; undefined where there is one that has. */
function copyLeaf(value, clone) {
  if (boxes.some((box) => value instanceof box)) return Object(value.valueOf())
  if (value instanceof Date) return new Date(value.getTime())
  if (value instanceof RegExp) return new RegExp(value.source, value.flags)
  if (value instanceof ArrayBuffer) return copyBuffer(value)
  if (ArrayBuffer.isView(value)) return copyView(value, clone)
  if (value instanceof Error) return copyError(value, clone)
  return undefined
}

function shellOf(value) {
  if (value instanceof Map) return new Map()
  if (value instanceof Set) return new Set()
  if (!Array.isArray(value)) return {}
  const list = []
  list.length = value.length
  return list
}

function fill(copy, value, clone) {
  // What is cloned may change what is read, so that is read first.
  if (value instanceof Map) for (const [key, item] of Array.from(value)) copy.set(clone(key), clone(item))
  else if (value instanceof Set) for (const item of Array.from(value)) copy.add(clone(item))
  else
    for (const key of Object.keys(value))
      if (Object.hasOwn(value, key))
        Object.defineProperty(copy, key, {
          value: clone(value[key]),
          writable: true,
          enumerable: true,
          configurable: true,
        })
}

export function structuredClone(value, { transfer = [] } = {}) {
  const transferred = [...transfer]
  if (
    !transferred.every((item) => item instanceof ArrayBuffer && !item.detached) ||
    new Set(transferred).size < transferred.length
  )
    throw new DOMException('Only an ArrayBuffer that is not detached can be transferred, once', 'DataCloneError')
  const copies = new Map()
  function clone(item) {
    if (typeof item === 'symbol' || typeof item === 'function') return refuse(item)
    if (typeof item !== 'object' || item === null) return item
    if (copies.has(item)) return copies.get(item)
    if (never.some((kind) => item instanceof kind)) return refuse(item)
    const leaf = copyLeaf(item, clone)
    const copy = leaf ?? shellOf(item)
    copies.set(item, copy)
    if (leaf === undefined) fill(copy, item, clone)
    return copy
  }
  const cloned = clone(value)
  for (const buffer of transferred) buffer.transfer()
  return cloned
}
