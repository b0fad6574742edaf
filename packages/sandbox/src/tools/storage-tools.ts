import * as z from 'zod'
import { CheckedJson } from '../broker/checked-json.ts'
import {
  defineTool,
  storageLimits,
  ToolFailure,
  type StoragePort,
  type Tool,
  type ToolContext,
} from '../broker/tool.ts'

const Key = z.string().min(1).max(storageLimits.keyChars).describe('The name of the value')
const MAX_LISTED = 1_000

function storeOf({ storage }: ToolContext): StoragePort {
  if (storage) return storage
  throw new ToolFailure('not_configured', 'This run has no storage')
}

function explainRefusal(error: unknown): never {
  if (!(error instanceof Error) || error.name !== 'StorageRefused') throw error
  throw new ToolFailure('quota_exceeded', `The value was not stored: ${error.message}`, {
    recoveryOptions: ['Delete what is not needed any more'],
  })
}

/** `storage.get`: a stored value, or null. */
export function createStorageGet(): Tool {
  return defineTool({
    name: 'storage.get',
    summary: 'Read a value that an earlier run stored',
    permission: 'storage',
    input: z.strictObject({ key: Key }),
    output: CheckedJson.describe('The value; null where nothing is stored'),
    errors: ['not_configured'],
    execute: async ({ key }, context) => (await storeOf(context).get(key)) ?? null,
  })
}

/** `storage.set`: stores a value of at most 64 KiB. */
export function createStorageSet(): Tool {
  return defineTool({
    name: 'storage.set',
    summary: 'Store a value for later runs',
    permission: 'storage',
    input: z.strictObject({ key: Key, value: CheckedJson.describe('Any JSON value') }),
    output: z.null(),
    limits: ['64 KiB a value', '128 characters a key', '16 MiB written in one run'],
    errors: ['too_large', 'quota_exceeded', 'not_configured'],
    async execute({ key, value }, context) {
      const { valueBytes } = storageLimits
      const sizeBytes = Buffer.byteLength(JSON.stringify(value))
      if (sizeBytes > valueBytes)
        throw new ToolFailure('too_large', `A stored value has at most ${valueBytes} bytes`, {
          recoveryOptions: ['Store less, or in several keys'],
        })
      context.budget.countStorage(sizeBytes)
      await storeOf(context).set(key, value).catch(explainRefusal)
      return null
    },
  })
}

/** `storage.delete`: whether there was something to delete. */
export function createStorageDelete(): Tool {
  return defineTool({
    name: 'storage.delete',
    summary: 'Delete a stored value',
    permission: 'storage',
    input: z.strictObject({ key: Key }),
    output: z.boolean().describe('Whether there was something to delete'),
    errors: ['not_configured'],
    execute: ({ key }, context) => storeOf(context).delete(key),
  })
}

/** `storage.list`: at most 1,000 keys, sorted. */
export function createStorageList(): Tool {
  return defineTool({
    name: 'storage.list',
    summary: 'List the keys of stored values',
    permission: 'storage',
    input: z.strictObject({
      prefix: z.string().max(storageLimits.keyChars).default('').describe('How the keys begin; default all'),
    }),
    output: z.array(z.string()).describe('Keys, sorted'),
    limits: ['1,000 keys'],
    errors: ['not_configured'],
    async execute({ prefix }, context) {
      const keys = await storeOf(context).keys()
      return keys.filter((key) => key.startsWith(prefix)).slice(0, MAX_LISTED)
    },
  })
}
