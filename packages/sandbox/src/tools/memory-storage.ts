import type { JsonValue } from '@guildhall/contracts'
import type { StoragePort } from '../broker/tool.ts'

const MAX_KEYS = 1_000
const MAX_TOTAL_BYTES = 4 * 1024 * 1024

/** The store has no room for a value; the message is for the author of the skill. */
export class StorageRefused extends Error {
  override readonly name = 'StorageRefused'
}

/** A StoragePort that forgets when the process ends: for trying a skill out, and for tests. Holds 1,000 keys and 4 MiB. */
export function createMemoryStorage(): StoragePort {
  const texts = new Map<string, string>()

  function bytesWithout(key: string): number {
    return [...texts].reduce((sum, [other, text]) => (other === key ? sum : sum + Buffer.byteLength(text)), 0)
  }

  return {
    async get(key) {
      const text = texts.get(key)
      if (text === undefined) return undefined
      const value: JsonValue = JSON.parse(text)
      return value
    },
    async set(key, value) {
      const text = JSON.stringify(value)
      if (!texts.has(key) && texts.size >= MAX_KEYS) throw new StorageRefused(`at most ${MAX_KEYS} keys`)
      if (bytesWithout(key) + Buffer.byteLength(text) > MAX_TOTAL_BYTES)
        throw new StorageRefused(`at most ${MAX_TOTAL_BYTES} bytes altogether`)
      texts.set(key, text)
    },
    async delete(key) {
      return texts.delete(key)
    },
    async keys() {
      return [...texts.keys()].sort()
    },
  }
}
