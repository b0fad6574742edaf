/** `URLSearchParams`, as https://url.spec.whatwg.org/#interface-urlsearchparams. */
import { TextDecoder } from './text-decoder.js'
import { TextEncoder } from './text-encoder.js'

/** `linkedParams(query, onChange)` makes the parameters of an address; `onChange(query)` hears what they become. */
export let linkedParams
/** `replaceParams(params, query)`: the address was given another query. */
export let replaceParams

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

const wellFormed = (value) => {
  const text = `${value}`
  return /[\ud800-\udfff]/.test(text) ? decoder.decode(encoder.encode(text)) : text
}

function decodePercent(text) {
  if (!text.includes('%')) return wellFormed(text)
  const bytes = encoder.encode(text)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const hex = bytes[i] === 0x25 ? String.fromCharCode(bytes[i + 1], bytes[i + 2]) : ''
    const isByte = /^[\da-f]{2}$/i.test(hex)
    bytes[length++] = isByte ? parseInt(hex, 16) : bytes[i]
    if (isByte) i += 2
  }
  return decoder.decode(bytes.subarray(0, length))
}

const encodePercent = (text) =>
  encodeURIComponent(text)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')

function listOf(query) {
  const pairs = query.split('&').filter((pair) => pair !== '')
  return pairs.map((pair) => {
    const equals = pair.indexOf('=')
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
    return [decodePercent(name.replaceAll('+', ' ')), decodePercent(value.replaceAll('+', ' '))]
  })
}

const queryOf = (list) => list.map(([name, value]) => `${encodePercent(name)}=${encodePercent(value)}`).join('&')

function pairOf(value) {
  const pair = [...value]
  if (pair.length !== 2) throw new TypeError('Each parameter is a pair of a name and a value')
  return pair.map(wellFormed)
}

function listFrom(init) {
  if (init === null || (typeof init !== 'object' && typeof init !== 'function'))
    return listOf(wellFormed(init).replace(/^\?/, ''))
  if (init[Symbol.iterator] !== undefined && init[Symbol.iterator] !== null) return Array.from(init, pairOf)
  const names = Reflect.ownKeys(init).filter((name) => Object.prototype.propertyIsEnumerable.call(init, name))
  return [...new Map(names.map((name) => [wellFormed(name), wellFormed(init[name])]))]
}

function demand(given, needed) {
  if (given < needed)
    throw new TypeError(`${needed} argument${needed === 1 ? '' : 's'} required, but only ${given} present`)
}

export class URLSearchParams {
  #list
  #onChange = () => {}

  static {
    linkedParams = (query, onChange) => {
      const params = new URLSearchParams(query)
      params.#onChange = onChange
      return params
    }
    replaceParams = (params, query) => {
      params.#list = listFrom(query)
    }
  }

  constructor(init = '') {
    this.#list = listFrom(init)
  }

  #change(list) {
    this.#list = list
    this.#onChange(queryOf(list))
  }

  get size() {
    return this.#list.length
  }

  append(name, value) {
    demand(arguments.length, 2)
    this.#change([...this.#list, [wellFormed(name), wellFormed(value)]])
  }

  delete(name, value) {
    demand(arguments.length, 1)
    const [unwanted, only] = [wellFormed(name), value === undefined ? undefined : wellFormed(value)]
    this.#change(this.#list.filter(([own, its]) => own !== unwanted || (only !== undefined && its !== only)))
  }

  get(name) {
    demand(arguments.length, 1)
    const wanted = wellFormed(name)
    return this.#list.find(([own]) => own === wanted)?.[1] ?? null
  }

  getAll(name) {
    demand(arguments.length, 1)
    const wanted = wellFormed(name)
    return this.#list.filter(([own]) => own === wanted).map(([, value]) => value)
  }

  has(name, value) {
    demand(arguments.length, 1)
    const [wanted, only] = [wellFormed(name), value === undefined ? undefined : wellFormed(value)]
    return this.#list.some(([own, its]) => own === wanted && (only === undefined || its === only))
  }

  set(name, value) {
    demand(arguments.length, 2)
    const pair = [wellFormed(name), wellFormed(value)]
    const first = this.#list.findIndex(([own]) => own === pair[0])
    if (first < 0) return this.#change([...this.#list, pair])
    const others = this.#list.filter(([own], index) => own !== pair[0] || index === first)
    this.#change(others.with(first, pair))
  }

  sort() {
    this.#change(this.#list.toSorted(([one], [other]) => (one < other ? -1 : Number(one > other))))
  }

  forEach(work, self) {
    if (typeof work !== 'function') throw new TypeError('forEach takes a function')
    for (let i = 0; i < this.#list.length; i++) work.call(self, this.#list[i][1], this.#list[i][0], this)
  }

  *entries() {
    for (let i = 0; i < this.#list.length; i++) yield [...this.#list[i]]
  }

  *keys() {
    for (let i = 0; i < this.#list.length; i++) yield this.#list[i][0]
  }

  *values() {
    for (let i = 0; i < this.#list.length; i++) yield this.#list[i][1]
  }

  toString() {
    return queryOf(this.#list)
  }

  [Symbol.iterator]() {
    return this.entries()
  }

  get [Symbol.toStringTag]() {
    return 'URLSearchParams'
  }
}
