import {
  describePermissions,
  fullNameOf,
  noPermissions,
  type RenameRecord,
  type SignatureEnvelope,
  type VersionDetails,
  type VersionSummary,
} from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { isGivenOut, seesEverything, type Viewer } from '../access.ts'
import * as store from '../store.ts'
import type { SeenVersion } from './see-skills.ts'

/** The tags that name each version, `latest` first. */
export async function tagsByVersion(
  q: Queryable,
  skill: Pick<store.SkillHead, 'id' | 'latestVersionId'>,
): Promise<Map<string, string[]>> {
  const tags = new Map<string, string[]>()
  if (skill.latestVersionId !== null) tags.set(skill.latestVersionId, [store.LATEST])
  for (const { tag, versionId } of await store.tagsOf(q, skill.id)) {
    tags.set(versionId, [...(tags.get(versionId) ?? []), tag])
  }
  return tags
}

/** What lists show of a version. The changelog is a text of its publisher, so it goes where the other texts go. */
export function versionSummaryOf(
  { skill, row }: SeenVersion,
  tags: readonly string[],
  viewer: Viewer | null,
): VersionSummary {
  return {
    // Our own column: ids.make('version') wrote it.
    id: row.id as VersionSummary['id'],
    version: row.semver,
    status: row.status,
    digest: row.digest,
    sizeBytes: row.sizeBytes,
    fileCount: row.fileCount,
    changelog: isGivenOut(row.status) || seesEverything(viewer, skill) ? row.changelog : null,
    deprecation: row.deprecation,
    statusReason: row.statusReason,
    tags: [...tags],
    conformance: row.conformance.level,
    createdAt: row.createdAt.toISOString(),
    releasedAt: row.releasedAt?.toISOString() ?? null,
  }
}

async function envelopeOf(q: Queryable, row: store.VersionRow): Promise<SignatureEnvelope | null> {
  const signatures = await store.signaturesOf(q, row.id)
  if (!signatures) return null
  return {
    format: 'guildhall-signature-v1',
    fullName: row.signedAs,
    version: row.semver,
    digest: row.digest,
    signatures,
  }
}

/** The renames that lead from one name of a skill to its name now, oldest first. */
async function renamesFrom(q: Queryable, skillId: string, signedAs: string): Promise<RenameRecord[]> {
  const byName = new Map((await store.redirectsOf(q, skillId)).map((row) => [row.fromName, row]))
  const chain: RenameRecord[] = []
  // Each name was left once at most after it was last taken, so the chain ends; the bound only keeps a broken table from being endless.
  for (let next = byName.get(signedAs); next && chain.length <= byName.size; next = byName.get(next.toName)) {
    const { fromName, toName, keyId, signature, renamedAt } = next
    chain.push({ from: fromName, to: toName, renamedAt: renamedAt.toISOString(), keyId, signature })
  }
  return chain
}

const WITHHELD = {
  provenance: null,
  dependencies: {},
  readme: '',
  files: [],
  permissions: noPermissions,
  permissionStatements: [],
  actions: {},
  findings: [],
}

async function contentOf(q: Queryable, row: store.VersionRow) {
  const { permissions, actions, dependencies } = row.summary
  return {
    provenance: row.provenance,
    dependencies,
    readme: row.readme,
    files: await store.filesOf(q, row.id),
    permissions,
    permissionStatements: describePermissions(permissions),
    actions,
    findings: row.conformance.findings,
  }
}

/** One version. Of one that is not given out strangers learn its number, digest and fate, and nothing that its publisher wrote. */
export async function versionDetailsOf(
  q: Queryable,
  seen: SeenVersion,
  { mayTake, viewer }: { mayTake: boolean; viewer: Viewer | null },
): Promise<VersionDetails> {
  const { skill, row } = seen
  const tags = (await tagsByVersion(q, skill)).get(row.id) ?? []
  return {
    ...versionSummaryOf(seen, tags, viewer),
    fullName: fullNameOf(skill),
    signedAs: row.signedAs,
    renames: await renamesFrom(q, skill.id, row.signedAs),
    ...(mayTake ? await contentOf(q, row) : WITHHELD),
    signature: await envelopeOf(q, row),
  }
}
