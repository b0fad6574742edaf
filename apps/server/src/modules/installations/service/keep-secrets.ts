import { AppError, type InstallationSecret } from '@guildhall/contracts'
import type { Log } from '../../../platform/log/log.ts'
import type { InstallationsDeps } from './installations-deps.ts'
import {
  deleteSecret,
  findInstallation,
  findSecret,
  grantOf,
  listSecrets,
  lockInstallation,
  putSecret,
} from '../store.ts'
import type { SecretPlace, SecretSeal } from './seal-secret.ts'

/** Whose secret of which installation. */
export interface OwnSecret {
  holder: string
  id: string
  name: string
}

/** What a run may ask for: the value of a secret by its name. */
export interface InstallationSecrets {
  /** Null where it has no value, or is not granted any more. */
  valueOf(name: string): Promise<string | null>
}

export interface SecretsDeps extends Pick<InstallationsDeps, 'database' | 'clock' | 'audit'> {
  seal: SecretSeal
  log: Log
}

/** Every secret that the installation was granted, with when it got its value. Throws installation.not-found. */
export async function listOwnSecrets(
  { database }: SecretsDeps,
  holder: string,
  id: string,
): Promise<{ items: InstallationSecret[] }> {
  const row = await findInstallation(database.q, holder, id)
  if (!row) throw new AppError('installation.not-found')
  const set = new Map((await listSecrets(database.q, id)).map(({ name, updatedAt }) => [name, updatedAt]))
  const items = row.granted.secrets.map((name) => ({ name, updatedAt: set.get(name)?.toISOString() ?? null }))
  return { items }
}

/** Seals a value and keeps it; the audit log hears its name. Throws installation.not-found, secret.not-granted. */
export async function setSecret(deps: SecretsDeps, which: OwnSecret, value: string): Promise<InstallationSecret> {
  const { holder, id, name } = which
  const updatedAt = deps.clock.now()
  await deps.database.transaction(async (q) => {
    const row = await lockInstallation(q, holder, id)
    if (!row) throw new AppError('installation.not-found')
    const granted = row.granted.secrets
    if (!granted.includes(name)) throw new AppError('secret.not-granted', { name, granted })
    const sealed = deps.seal.seal({ installationId: id, name }, value)
    await putSecret(q, { installationId: id, name, sealed, updatedAt })
    const facts = { skill: row.fullName, name }
    await deps.audit.record(q, { actor: holder, action: 'secret.set', subject: id, facts })
  })
  return { name, updatedAt: updatedAt.toISOString() }
}

/** Forgets a value. Throws installation.not-found, secret.not-found. */
export async function removeSecret(deps: SecretsDeps, { holder, id, name }: OwnSecret): Promise<void> {
  await deps.database.transaction(async (q) => {
    const row = await lockInstallation(q, holder, id)
    if (!row) throw new AppError('installation.not-found')
    if (!(await deleteSecret(q, id, name))) throw new AppError('secret.not-found', { name })
    const facts = { skill: row.fullName, name }
    await deps.audit.record(q, { actor: holder, action: 'secret.removed', subject: id, facts })
  })
}

async function openValue({ database, seal, log }: SecretsDeps, place: SecretPlace): Promise<string | null> {
  const { installationId, name } = place
  const granted = await grantOf(database.q, installationId)
  if (!granted?.secrets.includes(name)) return null
  const row = await findSecret(database.q, installationId, name)
  if (!row) return null
  const value = seal.open(place, row.sealed)
  // Somebody changed GUILDHALL_SECRET, or the row: nobody can know the value any more.
  if (value === null)
    log.warn({ installation: installationId, name }, 'a secret cannot be opened; it has to be set again')
  return value
}

/** The values of one installation, for the host alone. */
export function secretsOf(deps: SecretsDeps, installationId: string): InstallationSecrets {
  return { valueOf: (name) => openValue(deps, { installationId, name }) }
}
