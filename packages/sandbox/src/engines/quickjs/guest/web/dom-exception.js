/** The error that functions of the web throw. */

const codes = {
  __proto__: null,
  InvalidCharacterError: 5,
  TypeMismatchError: 17,
  QuotaExceededError: 22,
  DataCloneError: 25,
}

export class DOMException extends Error {
  #name
  constructor(message = '', name = 'Error') {
    super(message)
    this.#name = `${name}`
  }
  get name() {
    return this.#name
  }
  get code() {
    return codes[this.#name] ?? 0
  }
}
