import type { Readable } from 'node:stream'
import * as z from 'zod'
import {
  AppError,
  describePermissions,
  fullNameOf,
  type PackageFile,
  type Page,
  type PageQuery,
  type SkillAddress,
  type SkillDetails,
  type TagEntry,
  type VersionDetails,
  type VersionStatus,
  type VersionSummary,
} from '@guildhall/contracts'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import { decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import { maySeeVersion, mayTakeVersion, seesEverything, type Viewer } from '../access.ts'
import * as store from '../store.ts'
import { tagsByVersion, versionDetailsOf, versionSummaryOf } from './describe-versions.ts'
import { type FindDeps, summaryOf } from './find-skills.ts'
import { takableVersion, type VersionAddress, visibleSkill, visibleVersion } from './see-skills.ts'

export interface ReadDeps extends FindDeps {
  blobs: Blobs
}

const VersionCursor = z.tuple([z.string().max(512), z.string().max(64)])
const ALL_STATUSES: readonly VersionStatus[] = ['pending', 'released', 'rejected', 'yanked', 'withdrawn', 'suspended']

/** The version that the page of a skill shows: its latest, else the highest that the viewer may have; null where there is none. */
async function shownVersion(
  deps: ReadDeps,
  skill: store.SkillHead,
  viewer: Viewer | null,
): Promise<store.VersionRow | null> {
  if (skill.latestVersionId !== null) return store.versionRowById(deps.q, skill.latestVersionId)
  const statuses: VersionStatus[] = seesEverything(viewer, skill) ? ['yanked', 'withdrawn', 'suspended'] : ['yanked']
  const request = { skillId: skill.id, after: null, limit: 1 }
  for (const status of statuses) {
    const [highest] = await store.listVersions(deps.q, { ...request, statuses: [status] })
    if (highest) return highest
  }
  return null
}

function availabilityOf(skill: store.SkillHead): SkillDetails['availability'] {
  if (skill.status === 'deleted') return 'removed'
  if (skill.status === 'suspended') return 'suspended'
  return skill.latestVersionId === null ? 'no-release' : 'available'
}

export async function readSkill(deps: ReadDeps, address: SkillAddress, viewer: Viewer | null): Promise<SkillDetails> {
  const skill = await visibleSkill(deps.q, address, viewer)
  const version = await shownVersion(deps, skill, viewer)
  const row = version && (await store.skillRowsById(deps.q, [skill.id]))[0]
  if (!row) throw new AppError('skill.not-found', { skill: fullNameOf(address) })
  const { permissions, actions, license } = version.summary
  return {
    ...summaryOf(deps, row),
    latestVersion: version.semver,
    conformance: version.conformance.level,
    deprecation: version.deprecation,
    availability: availabilityOf(skill),
    publisherVerified: skill.publisherVerified,
    license,
    readme: version.readme,
    permissions,
    permissionStatements: describePermissions(permissions),
    actions,
    digest: version.digest,
  }
}

/** Highest number first. */
export async function readVersions(
  deps: ReadDeps,
  address: SkillAddress,
  page: PageQuery,
  viewer: Viewer | null,
): Promise<Page<VersionSummary>> {
  const skill = await visibleSkill(deps.q, address, viewer)
  const { publisherOwner } = skill
  const rows = await store.listVersions(deps.q, {
    skillId: skill.id,
    statuses: ALL_STATUSES.filter((status) => maySeeVersion(viewer, { status, publisherOwner })),
    after: page.cursor ? decodeCursor(VersionCursor, page.cursor) : null,
    limit: page.limit + 1,
  })
  const tags = await tagsByVersion(deps.q, skill)
  return pageFrom(rows, page.limit, {
    item: (row) => versionSummaryOf({ skill, row }, tags.get(row.id) ?? [], viewer),
    cursor: (row) => [row.semverOrder, row.id],
  })
}

export async function readVersion(
  deps: ReadDeps,
  address: VersionAddress,
  viewer: Viewer | null,
): Promise<VersionDetails> {
  const seen = await visibleVersion(deps.q, address, viewer)
  const { status } = seen.row
  const mayTake = mayTakeVersion(viewer, { status, publisherOwner: seen.skill.publisherOwner })
  return versionDetailsOf(deps.q, seen, { mayTake, viewer })
}

/** Every tag of a skill, `latest` first. */
export async function readTags(deps: ReadDeps, address: SkillAddress, viewer: Viewer | null): Promise<TagEntry[]> {
  const skill = await visibleSkill(deps.q, address, viewer)
  const latest = skill.latestVersionId && (await store.versionRowById(deps.q, skill.latestVersionId))
  const others = await store.tagsOf(deps.q, skill.id)
  return [
    ...(latest ? [{ tag: store.LATEST, version: latest.semver }] : []),
    ...others.map(({ tag, semver }) => ({ tag, version: semver })),
  ]
}

/** One file of a version, ready to be opened. */
export interface FoundFile extends PackageFile {
  /** Opens the bytes, or those from `start` to `end`, both included. */
  open: (range: { start: number; end: number } | null) => Promise<Readable>
}

export async function findFile(
  deps: ReadDeps,
  address: VersionAddress & { path: string },
  viewer: Viewer | null,
): Promise<FoundFile> {
  const { path } = address
  const { row } = await takableVersion(deps.q, address, viewer)
  const file = await store.findFile(deps.q, row.id, path)
  if (!file) throw new AppError('version.file-not-found', { path })
  return {
    ...file,
    async open(range) {
      const blob = await deps.blobs.open(file.sha256, range)
      if (!blob) throw new AppError('version.file-not-found', { path })
      return blob.stream
    },
  }
}

/** Every file of a version. Throws where a blob is missing: a package is whole or not there. */
export async function loadPackage(deps: ReadDeps, versionId: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const loaded = new Map<string, Uint8Array>()
  for (const file of await store.filesOf(deps.q, versionId)) {
    const bytes = await deps.blobs.get(file.sha256)
    if (!bytes) throw new Error(`the file ${file.path} of ${versionId} is missing among the blobs`)
    loaded.set(file.path, bytes)
  }
  return loaded
}
