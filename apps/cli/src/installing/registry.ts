import { Semver, type VersionSummary } from '@guildhall/contracts'
import { createGuildhall, type Guildhall } from '@guildhall/sdk'
import { readCredential } from '../config/credentials.ts'
import { Failure } from '../failures.ts'
import { patiently } from '../patience.ts'
import type { Session } from '../session.ts'
import { plainGet } from './plain-get.ts'
import { ReleaseFacts } from './release-facts.ts'

/** One registry to install from. A lock file may name others than the one in force. */
export interface Registry {
  session: Session
  url: string
  client: Guildhall
  token: string | undefined
}

/** The registry at an address. A token is sent only to the registry that it was stored or given for. */
export async function registryAt(session: Session, url: string): Promise<Registry> {
  const stored = (await readCredential(session.configDir, url))?.token
  if (url !== session.registry)
    return { session, url, token: stored, client: createGuildhall({ baseUrl: url, token: stored }) }
  return { session, url, token: session.host.env['GUILDHALL_TOKEN'] || stored, client: session.client }
}

const addressOf = (fullName: string) => {
  const [publisher = '', name = ''] = fullName.slice(1).split('/')
  return { publisher, name }
}

function versionUrl({ url }: Registry, fullName: string, version: string): string {
  const { publisher, name } = addressOf(fullName)
  return `${url}/api/v1/skills/${publisher}/${name}/versions/${encodeURIComponent(version)}`
}

function factsIn(bytes: Uint8Array): ReleaseFacts | null {
  try {
    const parsed = ReleaseFacts.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

const DETAILS_BYTES = 16 * 1024 * 1024
const DOWNLOAD_BYTES = 60 * 1024 * 1024

/** One version by its number or tag. */
export async function versionDetails(registry: Registry, fullName: string, version: string): Promise<ReleaseFacts> {
  const { session, client, token } = registry
  const url = versionUrl(registry, fullName, version)
  const bytes = await plainGet({ url, token, accept: 'application/json', maxBytes: DETAILS_BYTES })
  const facts = bytes === null ? null : factsIn(bytes)
  const details =
    facts ?? (await patiently(session, () => client.skills.version({ params: { ...addressOf(fullName), version } })))
  if (!Semver.safeParse(version).success || details.version === version) return details
  throw new Failure(`The registry answered with ${details.version} when asked for ${version}`, {
    where: url,
    remedy: 'Do not install it. Tell the administrator of the registry.',
  })
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

/** The archive of one version. Throws a Failure where it is larger than any package. */
export async function downloadOf(registry: Registry, fullName: string, version: string): Promise<Uint8Array> {
  const { session, client, token } = registry
  const request = {
    url: `${versionUrl(registry, fullName, version)}/download`,
    token,
    accept: '*/*',
    maxBytes: DOWNLOAD_BYTES,
  }
  const bytes = await plainGet(request)
  if (bytes !== null) return bytes
  // Only to be told why, or to wait until the registry has time again.
  const response = await patiently(session, () =>
    client.skills.download({ params: { ...addressOf(fullName), version } }),
  )
  await response.body?.cancel()
  return (await plainGet(request)) ?? refuseReply(request.url)
}

function refuseReply(url: string): never {
  throw new Failure('The registry does not send the package', { where: url, remedy: 'Try again later.' })
}

/** Every skill that a version needs, as the registry chooses them. */
export async function serverChoice({ session, client }: Registry, fullName: string, version: string) {
  const { items } = await patiently(session, () =>
    client.skills.dependencies({ params: { ...addressOf(fullName), version } }),
  )
  return items
}
