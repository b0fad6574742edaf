import { AppError, fullNameOf, type SkillAddress } from '@guildhall/contracts'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Identity } from '../identity/index.ts'
import type { Archive, Skills, Viewer } from '../skills/index.ts'
import { artifactName, claudeMarketplace, codexMarketplace, type DiscoveryIndex, discoveryIndex } from './rules.ts'
import { type ClawSkills, createClawSkills } from './service/claw-skills.ts'
import { indexOfSkill, type PickedSkill } from './service/discovery-index.ts'
import { createGitRepositories, type Repository } from './service/git-repositories.ts'
import { createReleases } from './service/remember-releases.ts'
import { type FoundSkills, searchForSkills, type SkillsSearch } from './service/search-skills.ts'

export interface InteropDeps {
  skills: Skills
  identity: Identity
  blobs: Blobs
  clock: Clock
  bus: Bus
}

/** Who asks, and where: `base` comes before every path that is answered, `origin` before that. */
export interface Place {
  viewer: Viewer | null
  origin: string
  base: string
}

export type MarketplaceKind = 'claude' | 'codex'

/** The registry as clients of others know registries. Every list holds what the viewer finds in lists and nothing else. */
export interface Interop {
  /** Of the registry, or of one publisher. Throws publisher.not-found. */
  index(place: Place, publisher?: string): Promise<DiscoveryIndex>
  /** Throws skill.not-found, version.not-found, version.unavailable. */
  indexOfSkill(picked: PickedSkill, place: Place): Promise<DiscoveryIndex>
  /** What an index names. Throws skill.not-found, version.not-found, version.unavailable, version.file-not-found. */
  artifact(address: SkillAddress & { version: string; file: string }, viewer: Viewer | null): Promise<Archive>
  search(asked: SkillsSearch, place: Place): Promise<FoundSkills>
  /** Of the registry, or of one publisher. Throws publisher.not-found. */
  marketplace(kind: MarketplaceKind, place: Place, publisher?: string): Promise<object>
  /** A skill as a plugin. Throws skill.not-found. */
  repositoryOfSkill(address: SkillAddress, viewer: Viewer | null): Promise<Repository & { skillId: string }>
  /** The marketplaces as a repository, for clients that take no address of a file. Throws publisher.not-found. */
  repositoryOfMarketplace(place: Place, publisher?: string): Promise<Repository>
  claw: ClawSkills
}

export function createInterop(deps: InteropDeps): Interop {
  const { skills, identity } = deps
  const releases = createReleases(deps)
  const repositories = createGitRepositories(deps)

  async function listed(viewer: Viewer | null, publisher?: string) {
    const found = await releases.list(viewer, publisher)
    // Who has nothing to show is told apart from who is not there.
    if (found.length === 0 && publisher !== undefined) await identity.publisherProfile(publisher)
    return found
  }

  async function marketplace(kind: MarketplaceKind, { viewer, origin, base }: Place, publisher?: string) {
    const shelf =
      publisher === undefined
        ? { name: 'guildhall', displayName: 'Guildhall' }
        : { name: `guildhall-${publisher}`, displayName: `@${publisher}` }
    const make = kind === 'claude' ? claudeMarketplace : codexMarketplace
    return make(await listed(viewer, publisher), shelf, origin + base)
  }

  return {
    index: async ({ viewer, base }, publisher) => discoveryIndex(await listed(viewer, publisher), base),
    indexOfSkill: (picked, place) => indexOfSkill({ skills }, picked, place),
    async artifact({ file, ...address }, viewer) {
      const kinds = ['skill-md', 'tar.gz', 'zip'] as const
      const format = kinds.find((kind) => artifactName({ name: address.name, artifact: { kind } }) === file)
      if (format === undefined) throw new AppError('version.file-not-found', { path: file })
      return skills.findArchive({ ...address, format }, viewer)
    },
    search: (asked, place) => searchForSkills(skills, asked, place),
    marketplace,
    async repositoryOfSkill(address, viewer) {
      const [release] = await skills.listReleases({ ...address, limit: 1 }, viewer)
      if (!release) throw new AppError('skill.not-found', { skill: fullNameOf(address) })
      return repositories.ofSkill(release)
    },
    async repositoryOfMarketplace(place, publisher) {
      const found = await listed(place.viewer, publisher)
      const at = new Date(Math.max(0, ...found.map((release) => release.updatedAt.getTime())))
      const text = async (kind: MarketplaceKind) =>
        Buffer.from(`${JSON.stringify(await marketplace(kind, place, publisher), null, 1)}\n`)
      const files = new Map([
        ['.claude-plugin/marketplace.json', await text('claude')],
        ['.agents/plugins/marketplace.json', await text('codex')],
      ])
      return repositories.ofFiles(files, { message: `${found.length} plugins`, at })
    },
    claw: createClawSkills(deps),
  }
}
