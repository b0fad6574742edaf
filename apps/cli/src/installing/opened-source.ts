import { isAbsolute, join, relative, resolve } from 'node:path'
import type { LockedSource, PackageFiles } from '@guildhall/skill-format'
import { unsignedDigest } from '@guildhall/sdk/install'
import {
  type Discovery,
  fetchIndexedSkill,
  findSkills,
  type FolderSource,
  type FoundSkill,
  type GitSource,
  type IndexSource,
  openFolder,
  openRepository,
  readIndex,
  readSkill,
  type Source,
  type SourceTree,
  typedByUser,
} from '@guildhall/skill-sources'
import { startProgress } from '../progress.ts'
import type { Session } from '../session.ts'

/** A skill that a source offers, before its files are read. */
export interface OfferedSkill {
  /** As the source calls it; may be anything. */
  name: string
  /** Another name that people may use for it. */
  folderName: string
  /** Its folder in the source; '' is the root. */
  place: string
  read: () => Promise<{ files: PackageFiles; warnings: string[] }>
  sourceOf: (files: PackageFiles) => LockedSource
}

/** A source of skills that was opened: a repository, a folder or an index. */
export interface OpenedSource {
  offered: OfferedSkill[]
  /** What was left out, in words. */
  problems: string[]
  close: () => Promise<void>
}

const nameOfPath = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? 'skill'

interface TreeSource {
  tree: SourceTree
  path: string | null
  rootName: string
  sourceOf: (skill: FoundSkill) => LockedSource
}

async function offersOf({ tree, path, rootName, sourceOf }: TreeSource): Promise<Omit<OpenedSource, 'close'>> {
  const discovery: Discovery = await findSkills(tree, { path, rootName })
  const offered = discovery.skills.map((skill) => ({
    name: skill.name,
    folderName: nameOfPath(skill.directory),
    place: skill.directory,
    read: async () => {
      const { files, findings } = await readSkill(tree, { skill, discovery })
      return { files, warnings: findings.map(({ message }) => message) }
    },
    sourceOf: () => sourceOf(skill),
  }))
  const leftOut = discovery.leftOut.map(({ name, message }) => `${name} was left out: ${message}`)
  return { offered, problems: [...discovery.problems, ...leftOut] }
}

async function openGit(session: Session, source: GitSource): Promise<OpenedSource> {
  const progress = startProgress(session)
  const stopped = new AbortController()
  const release = session.host.onInterrupt(() => stopped.abort(new Error('Stopped before anything was changed')))
  try {
    const repository = await openRepository(source, {
      policy: typedByUser(source),
      signal: stopped.signal,
      onProgress: (now) =>
        progress.say(now.phase === 'fetching' ? `fetching, ${Math.ceil(now.bytes / 1024)} KiB` : now.phase),
    })
    const { url, ref } = source
    const rootName = nameOfPath(url.replace(/\.git$/, ''))
    const sourceOf = ({ directory }: FoundSkill): LockedSource => {
      return { kind: 'git', repository: url, ref, commit: repository.commit, path: directory }
    }
    const offers = await offersOf({ tree: repository, path: source.path, rootName, sourceOf }).catch(
      async (error: unknown) => {
        await repository.close()
        throw error
      },
    )
    return { ...offers, close: () => repository.close() }
  } finally {
    release()
    progress.end()
  }
}

async function openLocal({ host }: Session, { path }: FolderSource): Promise<OpenedSource> {
  const root = resolve(host.cwd, path.startsWith('~/') ? join(host.home, path.slice(2)) : path)
  const sourceOf = ({ directory }: FoundSkill): LockedSource => {
    const place = join(root, directory)
    const below = relative(host.cwd, place)
    // A folder of the project is named as everybody who has the project finds it.
    return {
      kind: 'folder',
      path: below === '' || below.startsWith('..') || isAbsolute(below) ? place : `./${below.replaceAll('\\', '/')}`,
    }
  }
  const tree = await openFolder(root)
  return {
    ...(await offersOf({ tree, path: null, rootName: nameOfPath(root), sourceOf })),
    close: async () => undefined,
  }
}

async function openIndex(source: IndexSource): Promise<OpenedSource> {
  const options = { policy: typedByUser(source) }
  const { skills, problems } = await readIndex(source, options)
  const offered = skills.map((skill) => ({
    name: skill.name,
    folderName: skill.name,
    place: '',
    read: async () => ({ files: await fetchIndexedSkill(skill, options), warnings: [] }),
    sourceOf: (files: PackageFiles): LockedSource => {
      const sha256 = skill.kind === 'files' ? unsignedDigest(skill.name, files) : skill.sha256
      return { kind: 'index', url: source.url, sha256 }
    },
  }))
  return { offered, problems, close: async () => undefined }
}

/** Opens a source. Whoever opened it closes it. Throws SourceError. */
export function openSource(session: Session, source: Source): Promise<OpenedSource> {
  if (source.kind === 'git') return openGit(session, source)
  return source.kind === 'folder' ? openLocal(session, source) : openIndex(source)
}
