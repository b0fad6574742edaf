import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readCredential } from '../config/credentials.ts'
import type { Session } from '../session.ts'
import { type Diagnosis, fail, ok, warn } from './diagnosis.ts'

const OLDEST = [20, 19] as const
const GIT_MS = 5000

/** Whether this Node is new enough. */
export function diagnoseNode(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
  if (isEnough) return ok('node', version)
  return fail('node', `${version} is too old`, `Install Node ${OLDEST.join('.')} or newer.`)
}

/** Whether git is there; only skills from repositories need it. */
export async function diagnoseGit({ host }: Session): Promise<Diagnosis> {
  const env = { PATH: host.env['PATH'] ?? '' }
  const found = await promisify(execFile)('git', ['--version'], { env, timeout: GIT_MS }).catch(() => null)
  if (found === null) return warn('git', 'not found', 'Install git to add skills from repositories.')
  return ok('git', found.stdout.trim().replace(/^git version /, ''))
}

/** Which agents are used here. */
export async function diagnoseAgents({ host }: Session): Promise<Diagnosis> {
  const { detectAgents } = await import('@guildhall/sdk/install')
  const found = await detectAgents({ cwd: host.cwd, home: host.home, env: host.env })
  if (found.length > 0) return ok('agents', found.map(({ agent }) => agent.id).join(', '))
  return warn('agents', 'none was found', '`guildhall add` uses .agents and .claude then; --agent names others.')
}

/** Whether the file of tokens can be read, and by its owner alone. Windows keeps that elsewhere. */
export async function diagnoseCredentialsFile({ configDir, registry }: Session): Promise<Diagnosis> {
  const file = join(configDir, 'credentials.json')
  const found = await stat(file).catch(() => null)
  if (found === null) return ok('tokens', 'none are stored')
  const isReadable = await readCredential(configDir, registry).then(
    () => true,
    () => false,
  )
  if (!isReadable) return fail('tokens', `${file} cannot be understood`, 'Correct it, or delete it and sign in again.')
  if (process.platform === 'win32' || (found.mode & 0o077) === 0) return ok('tokens', file)
  return fail('tokens', `${file} can be read by others`, `chmod 600 ${file}`)
}
