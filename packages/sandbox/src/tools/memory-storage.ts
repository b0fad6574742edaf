import type { JsonValue } from '@guildhall/contracts'
import { storageLimits, type StoragePort } from '../broker/tool.ts'

/** A StoragePort that forgets when the process ends: for trying a skill out, and for tests. Keeps to storageLimits. */
export function createMemoryStorage(): StoragePort {
  const texts = new Map<string, string>()

  function bytesWithout(key: string): number {
    return [...texts].reduce((sum, [other, text]) => (other === key ? sum : sum + Buffer.byteLength(text)), 0)
  }

  return {
    async get(key) {
      const value: JsonValue = JSON.parse(texts.get(key) ?? 'null')
      return value
    },
    async set(key, value) {
      const text = JSON.stringify(value)
      const isTooMany = !texts.has(key) && texts.size >= storageLimits.keys
      if (isTooMany || bytesWithout(key) + Buffer.byteLength(text) > storageLimits.totalBytes) return 'full'
      texts.set(key, text)
      return 'stored'
    },
    async delete(key) {
      return texts.delete(key)
    },
    async list(prefix, limit) {
      return [...texts.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .slice(0, limit)
    },
  }
}
