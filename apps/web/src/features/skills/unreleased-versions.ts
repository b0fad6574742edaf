import type { SkillAddress, VersionStatus, VersionSummary } from '@guildhall/contracts'
import { serverClient } from '../../lib/sdk-server.ts'
import { currentUser } from '../../lib/session.ts'

const UNRELEASED: readonly VersionStatus[] = ['pending', 'rejected']

/** By digest, the submissions of those versions that wait or were refused, as far as the visitor handed them in. */
export async function submissionsOf(
  { publisher, name }: SkillAddress,
  versions: readonly VersionSummary[],
): Promise<ReadonlyMap<string, string>> {
  const digests = new Set(versions.filter(({ status }) => UNRELEASED.includes(status)).map(({ digest }) => digest))
  if (digests.size === 0 || (await currentUser()) === null) return new Map()
  const client = await serverClient()
  const { items } = await client.publishing.list({ query: { name, limit: 100 } })
  const own = items.filter((one) => one.publisher === publisher)
  // Newest first, and of several with the same content the newest counts.
  return new Map(
    own.reverse().flatMap(({ digest, id }) => (digest !== null && digests.has(digest) ? [[digest, id] as const] : [])),
  )
}
