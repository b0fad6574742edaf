import { defineProperty, deleteProperty, ownKeys } from './intrinsics.js'

/* What is left of the global object: the language without shared memory and WebAssembly, and a few harmless parts of the web. */
const kept =
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error AggregateError
  EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError DisposableStack AsyncDisposableStack globalThis JSON Math
  Intl ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array BigInt64Array Uint8ClampedArray
  Float16Array Float32Array Float64Array DataView Map BigInt Set Iterator WeakMap WeakSet WeakRef FinalizationRegistry Proxy Reflect Temporal
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN queueMicrotask AbortController AbortSignal
  DOMException Event EventTarget TextDecoder TextEncoder URL URLSearchParams URLPattern atob btoa structuredClone
  crypto console`.split(/\s+/)

/** Takes everything else from the global object, and fixes what the engine itself relies on. Call it before any code of a skill. */
export function stripGlobals() {
  const names = new Set(kept)
  for (const key of ownKeys(globalThis)) {
    if (typeof key !== 'string' || names.has(key)) continue
    if (!deleteProperty(globalThis, key)) globalThis[key] = undefined
  }
  // The engine calls some of its native functions by these: who changed them would get hold of those.
  for (const name of ['call', 'apply', 'bind'])
    defineProperty(Function.prototype, name, { __proto__: null, writable: false, configurable: false })
}
