import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { SecretPort } from '@guildhall/sandbox'
import { Failure } from '../failures.ts'
import type { Session } from '../session.ts'

const PREFIX = 'GUILDHALL_SECRET_'

/** Secrets for runs on this machine: `NAME=value` lines of a file, else the environment as `GUILDHALL_SECRET_NAME`. */
export async function localSecrets({ host }: Session, file: string | undefined): Promise<SecretPort> {
  const path = file === undefined ? null : resolve(host.cwd, file)
  const lines = path === null ? {} : parseEnv(await readFile(path, 'utf8'))
  if (path !== null && Object.keys(lines).length === 0)
    throw new Failure('The file has no secrets', { where: path, remedy: 'Write one a line, as NAME=value.' })
  return { valueOf: async (name) => lines[name] ?? host.env[`${PREFIX}${name}`] ?? null }
}
