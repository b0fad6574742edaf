import type {
  CategoryCount,
  PackageSummary,
  Page,
  PageQuery,
  ResolvedDependency,
  SkillAddress,
  SkillDetails,
  SkillFacets,
  SkillKind,
  SkillQuery,
  SkillSuggestion,
  SkillSummary,
  TagEntry,
  VersionDetails,
  VersionDiff,
  VersionSummary,
} from '@guildhall/contracts'
import type { DependencyRoot, PackageSide, Resolution } from '@guildhall/skill-format'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { Ids } from '../../platform/ids/ids.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Viewer } from './access.ts'
import { CATALOGUE_CHANGED } from './service/announce-change.ts'
import { type Installed, summariesOfInstalled } from './service/describe-installed.ts'
import { type Archive, type ArchiveAddress, createArchives } from './service/find-archive.ts'
import { countSkillFacets, type FacetQuery } from './service/count-facets.ts'
import { countCategories, findSkills } from './service/find-skills.ts'
import { compareVersions, packageSideOf } from './service/compare-versions.ts'
import * as keep from './service/keep-versions.ts'
import { type ListedRelease, listReleases } from './service/list-releases.ts'
import { createPlainPacker, storePlainArchives } from './service/pack-plain.ts'
import { lookUpName, type NameUse } from './service/look-up-name.ts'
import * as read from './service/read-catalogue.ts'
import { createUseRecorder, type Use } from './service/record-uses.ts'
import { type ReleaseOutcome, type ReleaseTerms, releaseVersion } from './service/release-version.ts'
import { chooseDependencies, dependenciesOf, resolveInCatalogue } from './service/resolve-dependencies.ts'
import {
  resolveVersion,
  skillIdAt,
  versionById,
  type VersionWithStatus,
  type Wanted,
} from './service/resolve-version.ts'
import type { VersionAddress } from './service/see-skills.ts'
import { suggest, type SuggestionQuery } from './service/suggest-skills.ts'
import * as store from './store.ts'

export type { Archive } from './service/find-archive.ts'
export type { ListedRelease } from './service/list-releases.ts'

export interface SkillsDeps {
  database: Database
  blobs: Blobs
  clock: Clock
  ids: Ids
  /** Hears `CATALOGUE_CHANGED`. */
  bus: Bus
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
  /** What is public and, of private skills, the viewer's own. */
  list(query: SkillQuery, viewer: Viewer | null): Promise<Page<SkillSummary>>
  /** How many of the skills that a query finds fall into which class. At most 5,000 are counted. */
  facets(query: FacetQuery, viewer: Viewer | null): Promise<SkillFacets>
  /** What somebody who typed this may mean. */
  suggestions(query: SuggestionQuery, viewer: Viewer | null): Promise<SkillSuggestion[]>
  /** Of public skills. */
  categories(): Promise<CategoryCount[]>
  /** Throws skill.not-found, for skills that the viewer may not see, too. So do all that take a viewer. */
  get(address: SkillAddress, viewer: Viewer | null): Promise<SkillDetails>
  /** Highest number first; its publisher and administrators see unreleased ones too. Throws skill.not-found. */
  versions(address: SkillAddress, page: PageQuery, viewer: Viewer | null): Promise<Page<VersionSummary>>
  /** Throws skill.not-found, version.not-found. */
  version(address: VersionAddress, viewer: Viewer | null): Promise<VersionDetails>
  /** What changed since `from`, else since the version before. Throws as `version`; version.unavailable, version.nothing-before. */
  diff(address: VersionAddress & { from: string | undefined }, viewer: Viewer | null): Promise<VersionDiff>
  /** Everything that a version needs, as far as the viewer may see it. Throws as `version`; version.unavailable, dependencies.unresolvable. */
  dependencies(address: VersionAddress, viewer: Viewer | null): Promise<ResolvedDependency[]>
  /** `latest` first. Throws skill.not-found. */
  tags(address: SkillAddress, viewer: Viewer | null): Promise<TagEntry[]>
  /** Throws skill.not-found, version.not-found, version.unavailable, version.file-not-found. */
  findFile(address: VersionAddress & { path: string }, viewer: Viewer | null): Promise<read.FoundFile>
  /** The signed package of a version or its files as a plain archive. Throws skill.not-found, version.not-found, version.unavailable. */
  findArchive(address: ArchiveAddress, viewer: Viewer | null): Promise<Archive>
  /** The newest releases of skills that the viewer finds in lists, most installed first. */
  listReleases(filter: store.ReleaseFilter, viewer: Viewer | null): Promise<ListedRelease[]>

  /** What to install of a skill by number, tag or range. Throws skill.not-found, version.not-found, version.unavailable. */
  resolve(q: Queryable, wanted: Wanted, viewer: Viewer): Promise<store.ReleasedVersion>
  /** The skill at this address, also at one that it had before, whoever may see it. */
  idAt(q: Queryable, fullName: string): Promise<string | null>
  /** Throws version.not-found. */
  versionById(q: Queryable, versionId: string): Promise<VersionWithStatus>
  /** By skill, as far as their holder may know them. */
  summariesOfInstalled(
    q: Queryable,
    library: { installed: readonly Installed[]; viewer: Viewer },
  ): Promise<Map<string, SkillSummary>>
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
  /** Keeps both plain archives of these files as blobs, for `release`. */
  storePlainArchives(files: ReadonlyMap<string, Uint8Array>): Promise<store.PlainArchives>

  /** One side of a comparison of packages. */
  packageSide(version: { versionId: string; summary: PackageSummary }): Promise<PackageSide>
  /** Chooses what a skill needs, which need not be in the catalogue itself, from what the viewer may see. */
  resolveDependencies(q: Queryable, root: DependencyRoot, viewer: Viewer | null): Promise<Resolution>
  /** The same, with the digests of what was chosen. Throws dependencies.unresolvable. */
  chooseDependencies(q: Queryable, root: DependencyRoot, viewer: Viewer | null): Promise<ResolvedDependency[]>

  /** What a name of a publisher stands for. */
  lookUpName(q: Queryable, address: SkillAddress & { ownerUserId: string | null }): Promise<NameUse>
  /** Public skills of other publishers that many know, most installed first, at most 500. */
  popularSkills(q: Queryable, filter: { exceptPublisher: string }): Promise<store.PopularSkill[]>
  /** Numbers of a skill that are released or on their way, with their digests. */
  takenVersions(q: Queryable, publisherId: string, name: string): Promise<store.TakenVersion[]>
  /** Adds a pending version; breaks the unique constraint `versions_number` where the number is taken. Throws skill.name-taken. */
  addVersion(q: Queryable, version: keep.NewVersion): Promise<{ versionId: string; skillId: string }>
  /** Makes a signed version known to who may see its skill. Roll back unless it is released. */
  release(q: Queryable, versionId: string, terms: ReleaseTerms): Promise<ReleaseOutcome>
  /** False: it is not pending any more. */
  reject(q: Queryable, versionId: string): Promise<boolean>
  /** Writes what is still to be written. */
  close(): Promise<void>
}

export function createSkills(deps: SkillsDeps): Skills {
  const reading: read.ReadDeps = { q: deps.database.q, blobs: deps.blobs, canRun: deps.canRun }
  const uses = createUseRecorder({ database: deps.database, clock: deps.clock, ...deps.uses })
  const loadPackage = (versionId: string) => read.loadPackage(reading, versionId)
  const packPlain = createPlainPacker({ ...reading, loadPackage })
  const archives = createArchives({ ...reading, clock: deps.clock, packPlain })
  deps.bus.subscribe(CATALOGUE_CHANGED, archives.forget)
  return {
    list: (query, viewer) => findSkills(reading, query, viewer),
    facets: (query, viewer) => countSkillFacets(reading.q, query, viewer),
    suggestions: (query, viewer) => suggest(reading.q, query, viewer),
    categories: () => countCategories(reading),
    get: (address, viewer) => read.readSkill(reading, address, viewer),
    versions: (address, page, viewer) => read.readVersions(reading, address, page, viewer),
    version: (address, viewer) => read.readVersion(reading, address, viewer),
    diff: (address, viewer) => compareVersions(reading, address, viewer),
    dependencies: (address, viewer) => dependenciesOf(reading.q, address, viewer),
    tags: (address, viewer) => read.readTags(reading, address, viewer),
    findFile: (address, viewer) => read.findFile(reading, address, viewer),
    findArchive: archives.find,
    listReleases: (filter, viewer) => listReleases({ ...reading, packPlain }, filter, viewer),
    resolve: resolveVersion,
    idAt: skillIdAt,
    versionById,
    summariesOfInstalled: (q, library) => summariesOfInstalled(deps, q, library),
    addInstalls: store.addToInstallCount,
    recordUse: (use) => uses.record(use),
    flushUses: () => uses.flush(),
    loadPackage,
    storePlainArchives: (files) => storePlainArchives(deps.blobs, files),
    packageSide: ({ versionId, summary }) => packageSideOf(reading, { id: versionId, summary }),
    resolveDependencies: resolveInCatalogue,
    chooseDependencies,
    lookUpName,
    popularSkills: store.popularSkills,
    takenVersions: store.takenVersions,
    addVersion: (q, version) => keep.addVersion(deps, q, version),
    release: (q, versionId, terms) => releaseVersion(deps, q, versionId, terms),
    reject: (q, versionId) => store.moveVersion(q, { id: versionId, from: 'pending', to: 'rejected' }),
    close: () => uses.close(),
  }
}
