import { AppError, fullNameOf, type SkillAddress, type SkillSort, type SkillSummary } from '@guildhall/contracts'
import type { Archive, FoundFile, Skills, Viewer } from '../../skills/index.ts'
import { folderFingerprint } from './folder-fingerprint.ts'

/** A skill as the command clawhub names it: by its name, and by its owner where that is not enough. */
export interface ClawAddress {
  slug: string
  ownerHandle?: string | undefined
}

type WhichVersion = ClawAddress & { version?: string | undefined; tag?: string | undefined }

export interface ClawPage {
  limit: number
  cursor?: string | undefined
}

export type ClawSort = 'createdAt' | 'updated' | 'downloads' | 'installs' | 'trending' | 'stars'

/** The catalogue in the words of the command clawhub. Times are milliseconds. All throw skill.not-found and skill.ambiguous. */
export interface ClawSkills {
  find(address: ClawAddress, viewer: Viewer | null): ReturnType<typeof readSkill>
  versions(address: ClawAddress, page: ClawPage, viewer: Viewer | null): ReturnType<typeof listVersions>
  /** Throws version.not-found. */
  version(address: ClawAddress & { version: string }, viewer: Viewer | null): ReturnType<typeof readVersion>
  /** Throws version.not-found, version.unavailable, version.file-not-found. */
  file(which: WhichVersion & { path: string }, viewer: Viewer | null): Promise<FoundFile>
  /** The version whose files have this fingerprint, among the newest ones. */
  resolve(address: ClawAddress & { hash: string }, viewer: Viewer | null): ReturnType<typeof resolveFingerprint>
  /** Throws version.not-found, version.unavailable. */
  download(which: WhichVersion, viewer: Viewer | null): Promise<Archive>
  search(
    asked: { q: string; limit: number },
    place: { viewer: Viewer | null; origin: string },
  ): ReturnType<typeof search>
  list(
    asked: ClawPage & { prefix?: string | undefined; sort: ClawSort },
    viewer: Viewer | null,
  ): ReturnType<typeof list>
}

interface Deps {
  skills: Skills
}

const MOST_MATCHES = 10
const MOST_ITEMS = 100
/** Versions that are compared with what somebody has. */
const MOST_COMPARED = 20

const sorts: Record<ClawSort, SkillSort> = {
  createdAt: 'newest',
  updated: 'updated',
  downloads: 'popular',
  installs: 'popular',
  trending: 'popular',
  stars: 'popular',
}

const timeMs = (iso: string): number => Date.parse(iso)

/** Where the skill is. Throws skill.not-found, skill.ambiguous. */
async function locate({ skills }: Deps, address: ClawAddress, viewer: Viewer | null): Promise<SkillAddress> {
  const { slug: name, ownerHandle } = address
  if (ownerHandle !== undefined) return { publisher: ownerHandle, name }
  const [found, ...others] = await skills.listReleases({ name, limit: MOST_MATCHES }, viewer)
  if (!found) throw new AppError('skill.not-found', { skill: name })
  if (others.length > 0) throw new AppError('skill.ambiguous', { name, matches: [found, ...others].map(fullNameOf) })
  return { publisher: found.publisher, name }
}

interface VersionFacts {
  version: string
  createdAt: string
  releasedAt: string | null
  changelog: string | null
}

const versionOf = ({ version, createdAt, releasedAt, changelog }: VersionFacts) => ({
  version,
  createdAt: timeMs(releasedAt ?? createdAt),
  changelog: changelog ?? '',
  license: null,
})

function skillOf(skill: SkillSummary, tags: Record<string, string>) {
  return {
    slug: skill.name,
    displayName: skill.displayName,
    summary: skill.description,
    description: skill.description,
    topics: [skill.category, ...skill.tags],
    tags,
    stats: { downloads: skill.downloadCount, installs: skill.installCount },
    createdAt: timeMs(skill.publishedAt),
    updatedAt: timeMs(skill.updatedAt),
  }
}

async function readSkill(deps: Deps, asked: ClawAddress, viewer: Viewer | null) {
  const details = await deps.skills.get(await locate(deps, asked, viewer), viewer)
  // It may have been renamed.
  const address = { publisher: details.publisher, name: details.name }
  const tags = await deps.skills.tags(address, viewer)
  const latest = tags.find(({ tag }) => tag === 'latest')
  const version = latest && (await deps.skills.version({ ...address, version: latest.version }, viewer))
  return {
    skill: skillOf(details, Object.fromEntries(tags.map((one) => [one.tag, one.version]))),
    latestVersion: version ? versionOf(version) : null,
    metadata: null,
    owner: { handle: details.publisher, displayName: details.publisher, image: null },
  }
}

async function listVersions(
  deps: Deps,
  asked: ClawAddress,
  { page, viewer }: { page: ClawPage; viewer: Viewer | null },
) {
  const address = await locate(deps, asked, viewer)
  const limit = Math.min(page.limit, MOST_ITEMS)
  const { items, nextCursor } = await deps.skills.versions(address, { limit, cursor: page.cursor }, viewer)
  return { items: items.map(versionOf), nextCursor }
}

async function readVersion(deps: Deps, asked: ClawAddress & { version: string }, viewer: Viewer | null) {
  const address = await locate(deps, asked, viewer)
  const details = await deps.skills.version({ ...address, version: asked.version }, viewer)
  const files = details.files.map(({ path, sizeBytes, sha256 }) => ({ path, size: sizeBytes, sha256 }))
  return { version: { ...versionOf(details), files }, skill: { slug: address.name, displayName: address.name } }
}

async function resolveFingerprint(deps: Deps, asked: ClawAddress & { hash: string }, viewer: Viewer | null) {
  const address = await locate(deps, asked, viewer)
  const { items } = await deps.skills.versions(address, { limit: MOST_COMPARED }, viewer)
  const latest = items.find(({ tags }) => tags.includes('latest'))
  const latestVersion = latest ? { version: latest.version } : null
  for (const { version } of items) {
    const { files } = await deps.skills.version({ ...address, version }, viewer)
    if (folderFingerprint(files) === asked.hash) return { match: { version }, latestVersion }
  }
  return { match: null, latestVersion }
}

async function search(
  { skills }: Deps,
  { q, limit }: { q: string; limit: number },
  { viewer, origin }: { viewer: Viewer | null; origin: string },
) {
  const query = { ...(q === '' ? {} : { text: q }), limit: Math.min(limit, MOST_ITEMS) }
  const { items } = await skills.list(query, viewer)
  const results = items.map((skill, i) => ({
    slug: skill.name,
    ownerHandle: skill.publisher,
    owner: { handle: skill.publisher, displayName: skill.publisher },
    displayName: skill.displayName,
    summary: skill.description,
    version: skill.latestVersion,
    score: 1 / (i + 1),
    downloads: skill.downloadCount,
    updatedAt: timeMs(skill.updatedAt),
    canonicalUrl: `${origin}/skills/${skill.publisher}/${skill.name}`,
  }))
  return { results }
}

async function list(
  { skills }: Deps,
  { prefix, sort, limit, cursor }: ClawPage & { prefix?: string | undefined; sort: ClawSort },
  viewer: Viewer | null,
) {
  const order = prefix ? { text: prefix } : { sort: sorts[sort] }
  const page = await skills.list({ ...order, limit: Math.min(limit, MOST_ITEMS), cursor }, viewer)
  const items = page.items.map((skill) => ({
    ...skillOf(skill, { latest: skill.latestVersion }),
    latestVersion: versionOf({
      version: skill.latestVersion,
      createdAt: skill.updatedAt,
      releasedAt: null,
      changelog: null,
    }),
  }))
  return { items, nextCursor: page.nextCursor }
}

const chosen = ({ version, tag }: WhichVersion): string => version ?? tag ?? 'latest'

export function createClawSkills(deps: Deps): ClawSkills {
  const { skills } = deps
  return {
    find: (address, viewer) => readSkill(deps, address, viewer),
    versions: (address, page, viewer) => listVersions(deps, address, { page, viewer }),
    version: (address, viewer) => readVersion(deps, address, viewer),
    async file(which, viewer) {
      const address = await locate(deps, which, viewer)
      return skills.findFile({ ...address, version: chosen(which), path: which.path }, viewer)
    },
    resolve: (asked, viewer) => resolveFingerprint(deps, asked, viewer),
    async download(which, viewer) {
      const address = await locate(deps, which, viewer)
      return skills.findArchive({ ...address, version: chosen(which), format: 'zip' }, viewer)
    },
    search: (asked, place) => search(deps, asked, place),
    list: (asked, viewer) => list(deps, asked, viewer),
  }
}
