/** A fresh key for one request that must not be done twice. Works on plain http too, where `crypto.randomUUID` is missing. */
export function freshIdempotencyKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
