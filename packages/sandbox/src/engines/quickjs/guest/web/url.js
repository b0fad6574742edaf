/**
 * `URL`, as https://url.spec.whatwg.org/#url-class. An address is read by the process around the machine: the tables for names of hosts are
 * larger than all else of the web here, and that parser reads addresses of strangers wherever Node.js runs. Only text crosses, as JSON.
 */
import { linkedParams, replaceParams, URLSearchParams } from './url-search-params.js'

const parts = ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']

/** `read(address, base?, [part, value]?)`: the parts of an address, after one of them was given another value; null where it is none. */
function createReader(readUrl) {
  return (address, base, change) => {
    const asked = [`${address}`, base === undefined ? null : `${base}`, ...(change ?? [])]
    const answer = readUrl(JSON.stringify(asked))
    return answer === '' ? null : JSON.parse(answer)
  }
}

function defineParts(prototype, getPart, setPart) {
  for (const name of parts) {
    const get = function get() {
      return getPart(this, name)
    }
    const set = function set(value) {
      setPart(this, name, `${value}`)
    }
    Object.defineProperty(prototype, name, { get, set, enumerable: true, configurable: true })
  }
}

const invalid = (address) => new TypeError(`Invalid URL: '${address}'`)

/** The globals by name, as `web-on-demand.js` lists them. `readUrl` is that of read-url.js. */
export function createUrl({ readUrl }) {
  const read = createReader(readUrl)

  class URL {
    #parts
    #params = null

    static {
      const getPart = (url, name) => url.#parts[name]
      const setPart = (url, name, value) => url.#become(read(url.#parts.href, undefined, [name, value]) ?? url.#parts)
      defineParts(URL.prototype, getPart, setPart)
    }

    static canParse(address, base) {
      return read(address, base) !== null
    }

    static parse(address, base) {
      return URL.canParse(address, base) ? new URL(address, base) : null
    }

    constructor(address, base) {
      if (arguments.length === 0) throw new TypeError('1 argument required, but only 0 present')
      const own = read(address, base)
      if (own === null) throw invalid(address)
      this.#parts = own
    }

    #become(own) {
      this.#parts = own
      if (this.#params !== null) replaceParams(this.#params, own.search)
    }

    get href() {
      return this.#parts.href
    }

    set href(address) {
      const own = read(address)
      if (own === null) throw invalid(address)
      this.#become(own)
    }

    get origin() {
      return this.#parts.origin
    }

    get searchParams() {
      this.#params ??= linkedParams(this.#parts.search, (query) => {
        this.#parts = read(this.#parts.href, undefined, ['search', query]) ?? this.#parts
      })
      return this.#params
    }

    toString() {
      return this.#parts.href
    }

    toJSON() {
      return this.#parts.href
    }

    get [Symbol.toStringTag]() {
      return 'URL'
    }
  }
  return { __proto__: null, URL, URLSearchParams }
}
