import type { Readable } from 'node:stream'
import type {
  CategoryCount,
  PackageFile,
  Page,
  PageQuery,
  SkillAddress,
  SkillDetails,
  SkillKind,
  SkillQuery,
  SkillSummary,
  VersionDetails,
  VersionSummary,
} from '@guildhall/contracts'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { Ids } from '../../platform/ids/ids.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Viewer } from './access.ts'
import { countCategories, findSkills, summaryOf } from './service/find-skills.ts'
import * as keep from './service/keep-versions.ts'
import * as read from './service/read-catalogue.ts'
import { createUseRecorder, type Use } from './service/record-uses.ts'
import * as store from './store.ts'

export interface SkillsDeps {
  database: Database
  blobs: Blobs
  clock: Clock
  ids: Ids
  /** Whether this server can run actions of this kind now. */
  canRun: (kind: SkillKind) => boolean
  uses: UseSettings
}

/** How uses are counted. */
export interface UseSettings {
  log: Log
  /** Addresses are hashed with it. */
  secret: string
  /** Called for every use that is lost because more came than could be written. */
  onDropped: () => void
}

/** The catalogue: skills, their versions and files, and how they are found. */
export interface Skills {
  list(query: SkillQuery): Promise<Page<SkillSummary>>
  categories(): Promise<CategoryCount[]>
  /** Throws skill.not-found. */
  get(address: SkillAddress): Promise<SkillDetails>
  /** Newest first; its publisher and administrators see unreleased ones too. Throws skill.not-found. */
  versions(address: SkillAddress, page: PageQuery, viewer: Viewer | null): Promise<Page<VersionSummary>>
  /** Throws skill.not-found, version.not-found. */
  version(address: read.VersionAddress, viewer: Viewer | null): Promise<VersionDetails>
  /** Throws skill.not-found, version.not-found, version.file-not-found. */
  openFile(
    address: read.VersionAddress & { path: string },
    viewer: Viewer | null,
  ): Promise<PackageFile & { stream: Readable }>
  /** The signed package. Throws skill.not-found, version.not-found. */
  openArchive(address: read.VersionAddress): Promise<read.OpenArchive>

  /** The released version to install: the newest, or exactly this one. Throws skill.not-found, version.not-found. */
  resolve(q: Queryable, fullName: string, version?: string): Promise<store.ReleasedVersion>
  /** Throws version.not-found. */
  versionById(q: Queryable, versionId: string): Promise<keep.VersionWithStatus>
  summariesById(q: Queryable, skillIds: readonly string[]): Promise<Map<string, SkillSummary>>
  addInstalls(q: Queryable, skillId: string, delta: 1 | -1): Promise<void>
  /**
   * Notes that somebody used a skill; it is written some seconds later. Each user, or address where there is none, counts once a day, and
   * the skill's own publisher never. Call it for whole answers only, not for HEAD, parts or 304. Never throws.
   */
  recordUse(use: Use): void
  /** Writes the uses that were noted so far. */
  flushUses(): Promise<void>
  /** Every file of a version, whole. */
  loadPackage(versionId: string): Promise<ReadonlyMap<string, Uint8Array>>

  /** Numbers of a skill that are released or on their way, with their digests. */
  takenVersions(q: Queryable, publisherId: string, name: string): Promise<{ semver: string; digest: string }[]>
  /** Adds a pending version; breaks the unique constraint `versions_number` where the number is taken. */
  addVersion(q: Queryable, version: keep.NewVersion): Promise<{ versionId: string; skillId: string }>
  /** Makes a signed version public. False: it is not pending any more. */
  release(q: Queryable, versionId: string, archive: { sha256: string; filename: string }): Promise<boolean>
  /** False: it is not pending any more. */
  reject(q: Queryable, versionId: string): Promise<boolean>
  /** Writes what is still to be written. */
  close(): Promise<void>
}

export function createSkills(deps: SkillsDeps): Skills {
  const reading: read.ReadDeps = { q: deps.database.q, blobs: deps.blobs, canRun: deps.canRun }
  const uses = createUseRecorder({ database: deps.database, clock: deps.clock, ...deps.uses })
  return {
    list: (query) => findSkills(reading, query),
    categories: () => countCategories(reading),
    get: (address) => read.readSkill(reading, address),
    versions: (address, page, viewer) => read.readVersions(reading, address, page, viewer),
    version: (address, viewer) => read.readVersion(reading, address, viewer),
    openFile: (address, viewer) => read.openFile(reading, address, viewer),
    openArchive: (address) => read.openArchive(reading, address),
    resolve: keep.resolveVersion,
    versionById: keep.versionById,
    async summariesById(q, skillIds) {
      const rows = await store.skillRowsById(q, skillIds)
      return new Map(rows.map((row) => [row.id, summaryOf(deps, row)]))
    },
    addInstalls: store.addToInstallCount,
    recordUse: uses.record,
    flushUses: uses.flush,
    loadPackage: (versionId) => read.loadPackage(reading, versionId),
    takenVersions: store.takenVersions,
    addVersion: (q, version) => keep.addVersion(deps, q, version),
    release: (q, versionId, archive) => keep.releaseVersion(deps, q, versionId, archive),
    reject: (q, versionId) => store.moveVersion(q, { id: versionId, from: 'pending', to: 'rejected' }),
    close: uses.close,
  }
}
