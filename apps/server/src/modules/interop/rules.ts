/** One artifact of an index. */
export interface DiscoveryEntry {
  name: string
  type: 'skill-md' | 'archive'
  description: string
  url: string
  digest: string
}

export interface DiscoveryIndex {
  $schema: string
  skills: DiscoveryEntry[]
}

/** What these documents need to know of a release. */
export interface Release {
  publisher: string
  name: string
  displayName: string
  description: string
  category: string
  tags: readonly string[]
  license: string | null
  semver: string
  artifact: { kind: 'skill-md' | 'tar.gz' | 'zip'; sha256: string }
}

const SCHEMA = 'https://schemas.agentskills.io/discovery/0.2.0/schema.json'
/** UTF-16 units that clients take as a description. */
const MOST_DESCRIPTION = 1024

export const shortened = (description: string): string => description.slice(0, MOST_DESCRIPTION).toWellFormed()

/** The name of an artifact as the last part of its address. */
export const artifactName = ({
  name,
  artifact,
}: {
  name: string
  artifact: Pick<Release['artifact'], 'kind'>
}): string => (artifact.kind === 'skill-md' ? 'SKILL.md' : `${name}.${artifact.kind}`)

function entryOf(release: Release, base: string): DiscoveryEntry {
  const { publisher, name, semver, artifact } = release
  return {
    name,
    type: artifact.kind === 'skill-md' ? 'skill-md' : 'archive',
    description: shortened(release.description),
    url: `${base}/.well-known/agent-skills/${publisher}/${name}/${semver}/${artifactName(release)}`,
    digest: `sha256:${artifact.sha256}`,
  }
}

/** The first of those that share a name: a client installs by name alone, into a folder of that name. */
function firstOfEachName<T extends { name: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>()
  return items.filter(({ name }) => !seen.has(name) && seen.add(name))
}

/**
 * An index of these releases. `base` comes before the path of each address. Where several publishers have a skill of one name, only the
 * first is listed; the others are in the indexes of their publishers.
 */
export function discoveryIndex(releases: readonly Release[], base: string): DiscoveryIndex {
  return { $schema: SCHEMA, skills: firstOfEachName(releases).map((release) => entryOf(release, base)) }
}

/** What a plugin is called everywhere: unique, since neither part can have two hyphens in a row. */
export const pluginName = ({ publisher, name }: Pick<Release, 'publisher' | 'name'>): string => `${publisher}--${name}`

export const repositoryUrl = ({ publisher, name }: Pick<Release, 'publisher' | 'name'>, root: string): string =>
  `${root}/git/${publisher}/${name}.git`

/** Who offers plugins: the whole registry, or one publisher. */
export interface Shelf {
  name: string
  displayName: string
}

const keywordsOf = ({ tags, category }: Release): string[] => [...new Set([category, ...tags])]

/**
 * A marketplace of Claude Code, https://code.claude.com/docs/en/plugin-marketplaces. Each plugin is a git repository: relative paths do
 * not work in a marketplace that was added by the address of its file.
 */
export function claudeMarketplace(releases: readonly Release[], shelf: Shelf, root: string): object {
  return {
    name: shelf.name,
    owner: { name: shelf.displayName },
    metadata: { description: `Skills of ${shelf.displayName}, as plugins` },
    plugins: releases.map((release) => ({
      name: pluginName(release),
      source: { source: 'url', url: repositoryUrl(release, root) },
      description: shortened(release.description),
      version: release.semver,
      author: { name: release.publisher },
      category: release.category,
      keywords: keywordsOf(release),
      ...(release.license === null ? {} : { license: release.license }),
    })),
  }
}

const titled = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** A marketplace of Codex. Entries without policy or category are passed over by it in silence. */
export function codexMarketplace(releases: readonly Release[], shelf: Shelf, root: string): object {
  return {
    name: shelf.name,
    interface: { displayName: shelf.displayName },
    plugins: releases.map((release) => ({
      name: pluginName(release),
      source: { source: 'url', url: repositoryUrl(release, root) },
      policy: { installation: 'AVAILABLE', authentication: 'ON_INSTALL' },
      category: titled(release.category),
    })),
  }
}

/** The manifest of a skill as a plugin, for both clients. */
export function pluginManifest(release: Release): object {
  return {
    name: pluginName(release),
    version: release.semver,
    description: shortened(release.description),
    author: { name: release.publisher },
    keywords: keywordsOf(release),
    ...(release.license === null ? {} : { license: release.license }),
    skills: './skills/',
  }
}
