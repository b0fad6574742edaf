import type { StoragePort } from '@guildhall/sandbox'
import { isStorableKey, storageRefusal } from '../rules.ts'
import { deleteValue, lockStorage, measureOthers, readKeys, readValue, writeValue } from '../store.ts'
import type { InstallationsDeps } from './installations-deps.ts'

/** The store takes no such value; the message is for the author of the skill. The sandbox knows it by its name. */
class StorageRefused extends Error {
  override readonly name = 'StorageRefused'
}

/** What a skill remembers between the runs of one installation. Every call is one atomic step; others' keys are out of its reach. */
export function createSkillStorage(
  { database, clock }: Pick<InstallationsDeps, 'database' | 'clock'>,
  installationId: string,
): StoragePort {
  return {
    async get(key) {
      return isStorableKey(key) ? readValue(database.q, installationId, key) : undefined
    },
    async set(key, value) {
      if (!isStorableKey(key)) throw new StorageRefused('a key is Unicode text without NUL')
      const sizeBytes = Buffer.byteLength(key) + Buffer.byteLength(JSON.stringify(value))
      await database.transaction(async (q) => {
        if (!(await lockStorage(q, installationId))) throw new StorageRefused('the skill was uninstalled meanwhile')
        const refusal = storageRefusal({ key, sizeBytes }, await measureOthers(q, installationId, key))
        if (refusal !== null) throw new StorageRefused(refusal)
        await writeValue(q, { installationId, key, value, sizeBytes, updatedAt: clock.now() })
      })
    },
    async delete(key) {
      return isStorableKey(key) && deleteValue(database.q, installationId, key)
    },
    keys: () => readKeys(database.q, installationId),
  }
}
