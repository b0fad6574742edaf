import type { VersionDetails, VersionSummary } from '@guildhall/contracts'
import { createGuildhall, type Guildhall } from '@guildhall/sdk'
import { readCredential } from '../config/credentials.ts'
import { patiently } from '../patience.ts'
import type { Session } from '../session.ts'

/** One registry to install from. A lock file may name others than the one in force. */
export interface Registry {
  session: Session
  url: string
  client: Guildhall
}

/** The registry at an address. A token is sent only to the registry that it was stored or given for. */
export async function registryAt(session: Session, url: string): Promise<Registry> {
  if (url === session.registry) return { session, url, client: session.client }
  const token = (await readCredential(session.configDir, url))?.token
  return { session, url, client: createGuildhall({ baseUrl: url, token }) }
}

const addressOf = (fullName: string) => {
  const [publisher = '', name = ''] = fullName.slice(1).split('/')
  return { publisher, name }
}

/** One version by its number or tag. */
export function versionDetails(
  { session, client }: Registry,
  fullName: string,
  version: string,
): Promise<VersionDetails> {
  return patiently(session, () => client.skills.version({ params: { ...addressOf(fullName), version } }))
}

const MAX_PAGES = 20

/** The versions of a skill, the highest first, until `isEnough` or 2,000 of them. */
export async function versionsOf(
  { session, client }: Registry,
  fullName: string,
  isEnough: (versions: readonly VersionSummary[]) => boolean,
): Promise<VersionSummary[]> {
  const versions: VersionSummary[] = []
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { limit: 100, cursor }
    const { items, nextCursor } = await patiently(session, () =>
      client.skills.versions({ params: addressOf(fullName), query }),
    )
    versions.push(...items)
    if (nextCursor === null || isEnough(versions)) return versions
    cursor = nextCursor
  }
  return versions
}

/** The archive of one version, as a stream. */
export function downloadOf({ session, client }: Registry, fullName: string, version: string): Promise<Response> {
  return patiently(session, () => client.skills.download({ params: { ...addressOf(fullName), version } }))
}

/** Every skill that a version needs, as the registry chooses them. */
export async function serverChoice({ session, client }: Registry, fullName: string, version: string) {
  const { items } = await patiently(session, () =>
    client.skills.dependencies({ params: { ...addressOf(fullName), version } }),
  )
  return items
}
