import type { JsonValue } from '@guildhall/contracts'
import type { InstallationsDeps } from './installations-deps.ts'
import { storageRefusal } from '../rules.ts'
import { deleteValue, lockStorage, measureOthers, readKeys, readValue, writeValue } from '../store.ts'

/** What a skill remembers between its runs. Every call is one atomic step. */
export interface SkillStorage {
  /** Undefined: there is no such key. */
  get(key: string): Promise<JsonValue | undefined>
  /** Throws StorageRefused beyond a limit, and once the skill is uninstalled. */
  set(key: string, value: JsonValue): Promise<void>
  /** False: there was no such key. */
  delete(key: string): Promise<boolean>
  /** Sorted by their bytes. */
  keys(): Promise<string[]>
}

/** A value that the store of an installation does not take; the message says why and is meant for the skill's author. */
export class StorageRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StorageRefused'
  }
}

/** The store of one installation. */
export function createSkillStorage(
  { database, clock }: Pick<InstallationsDeps, 'database' | 'clock'>,
  installationId: string,
): SkillStorage {
  return {
    async get(key) {
      return (await readValue(database.q, installationId, key))?.value
    },
    async set(key, value) {
      const sizeBytes = Buffer.byteLength(key) + Buffer.byteLength(JSON.stringify(value))
      await database.transaction(async (q) => {
        if (!(await lockStorage(q, installationId))) throw new StorageRefused('the skill was uninstalled meanwhile')
        const refusal = storageRefusal({ key, sizeBytes }, await measureOthers(q, installationId, key))
        if (refusal !== null) throw new StorageRefused(refusal)
        await writeValue(q, { installationId, key, value, sizeBytes, updatedAt: clock.now() })
      })
    },
    delete: (key) => deleteValue(database.q, installationId, key),
    keys: () => readKeys(database.q, installationId),
  }
}
