import { join } from 'node:path'
import * as z from 'zod'
import { readJsonFile, writeJsonFile } from './json-file.ts'

const Credential = z.object({
  token: z.string().min(1),
  /** Null where the token was brought by the user and not made by `login`. */
  keyId: z.string().nullable(),
  handle: z.string(),
  savedAt: z.string(),
})
export type Credential = z.infer<typeof Credential>

const Credentials = z.object({ version: z.literal(1), registries: z.record(z.string(), Credential) })

const fileIn = (configDir: string): string => join(configDir, 'credentials.json')

const readAll = (configDir: string) =>
  readJsonFile(fileIn(configDir), Credentials, { version: 1 as const, registries: {} })

/** What was stored for this registry, or null. */
export async function readCredential(configDir: string, registry: string): Promise<Credential | null> {
  const { registries } = await readAll(configDir)
  return registries[registry] ?? null
}

/** Stores a token for one registry; the file is readable by its owner only. */
export async function saveCredential(configDir: string, registry: string, credential: Credential): Promise<void> {
  const all = await readAll(configDir)
  all.registries[registry] = credential
  await writeJsonFile(fileIn(configDir), all)
}

/** Forgets the token of one registry. */
export async function forgetCredential(configDir: string, registry: string): Promise<void> {
  const all = await readAll(configDir)
  delete all.registries[registry]
  await writeJsonFile(fileIn(configDir), all)
}
