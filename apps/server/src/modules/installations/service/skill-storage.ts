import { storageLimits, type StoragePort, ToolFailure } from '@guildhall/sandbox'
import { fitsStorage, isStorableKey } from '../rules.ts'
import { deleteValue, lockStorage, measureOthers, readKeys, readValue, writeValue } from '../store.ts'
import type { InstallationsDeps } from './installations-deps.ts'

function keyFailure(): ToolFailure {
  return new ToolFailure('input_invalid', 'A key is Unicode text without NUL', { recoveryOptions: ['Use another key'] })
}

/** What a skill remembers between the runs of one installation. Every call is one atomic step; others' keys are out of its reach. */
export function createSkillStorage(
  { database, clock }: Pick<InstallationsDeps, 'database' | 'clock'>,
  installationId: string,
): StoragePort {
  return {
    async get(key) {
      return isStorableKey(key) ? readValue(database.q, installationId, key) : null
    },
    async set(key, value) {
      if (!isStorableKey(key)) throw keyFailure()
      const sizeBytes = Buffer.byteLength(JSON.stringify(value))
      return database.transaction(async (q) => {
        if (!(await lockStorage(q, installationId)))
          throw new ToolFailure('not_found', 'The skill was uninstalled while this ran')
        if (!fitsStorage(storageLimits, sizeBytes, await measureOthers(q, installationId, key))) return 'full'
        await writeValue(q, { installationId, key, value, sizeBytes, updatedAt: clock.now() })
        return 'stored'
      })
    },
    async delete(key) {
      return isStorableKey(key) && deleteValue(database.q, installationId, key)
    },
    async list(prefix, limit) {
      return isStorableKey(prefix) ? readKeys(database.q, installationId, { prefix, limit }) : []
    },
  }
}
