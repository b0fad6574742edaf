/** What a skill finds of the web in the machine. All of it is the machine's own code: nothing of the host is in there but random bytes. */
import { atob, btoa } from './base64.js'
import { createCrypto } from './crypto.js'
import { DOMException } from './dom-exception.js'
import { structuredClone } from './structured-clone.js'
import { TextDecoder } from './text-decoder.js'
import { TextEncoder } from './text-encoder.js'

/** The globals by name, as `web-on-demand.js` lists them. `randomBytes` is that of `createCrypto`. */
export function createWeb(randomBytes) {
  const crypto = createCrypto(randomBytes)
  return { __proto__: null, atob, btoa, crypto, DOMException, structuredClone, TextDecoder, TextEncoder }
}
