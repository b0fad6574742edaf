import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GitSource } from '../source/source.ts'
import { SourceError } from '../source-error.ts'
import { defaultSourceLimits, type SourceLimits } from '../source-limits.ts'
import type { SourcePolicy } from '../source-policy.ts'
import type { SourceTree, TreeEntry } from '../source-tree.ts'
import { callGit, fetchCommit, type GitWorkshop, layRepository } from './fetch-commit.ts'
import { fenceGit } from './git-environment.ts'
import { type ObjectReader, openObjectReader } from './object-reader.ts'
import { reachRepository, type ReachedRepository } from './reach-repository.ts'
import { createTreeReader, type GitEntry } from './read-tree.ts'

export type RepositoryProgress = { phase: 'connecting' } | { phase: 'fetching'; bytes: number } | { phase: 'reading' }

export interface OpenOptions {
  policy: SourcePolicy
  limits?: SourceLimits
  /** Ends the work; the call rejects with its reason. */
  signal?: AbortSignal
  onProgress?: (progress: RepositoryProgress) => void
  /** Where the temporary folder is made. Default: the system's. */
  temporaryFolder?: string
}

/** One commit of a repository, in a temporary folder. */
export interface OpenedRepository extends SourceTree {
  /** Where the server says that it is. */
  url: string
  /** 40 hexadecimal digits. */
  commit: string
  /** `HEAD`, `refs/heads/…`, `refs/tags/…`; null where a commit was asked for. */
  ref: string | null
  /** Removes the temporary folder. May be called again. */
  close(): Promise<void>
}

/** Folders left by a process that was killed begin so; who owns `temporaryFolder` may sweep them. */
export const REPOSITORY_FOLDER_PREFIX = 'guildhall-source-'

async function fence(folder: string, { source, pin, sshCommand }: ReachedRepository): Promise<Record<string, string>> {
  const { protocol } = source
  if (protocol !== 'file') return fenceGit({ folder, protocol, pin, sshCommand, safeDirectory: null })
  const place = await realpath(fileURLToPath(source.url)).catch((error: unknown) => {
    throw new SourceError('git.not-found', { subject: source.url }, { cause: error })
  })
  return fenceGit({ folder, protocol, pin, sshCommand, safeDirectory: place })
}

async function listTree(workshop: GitWorkshop, commit: string, { path, url }: GitSource): Promise<GitEntry[]> {
  const reader = createTreeReader(workshop.limits)
  const below = path === null ? [] : [`${path}/`]
  const parameters = ['ls-tree', '-r', '-z', '--long', '--full-tree', commit, '--', ...below]
  await callGit(workshop, { parameters, onOutput: (chunk) => reader.take(chunk) }, url)
  const entries = reader.entries()
  if (path !== null && entries.length === 0) throw new SourceError('path.not-found', { subject: path })
  return entries
}

function createRead(reader: ObjectReader, entries: readonly GitEntry[]): SourceTree['read'] {
  const known = new Set<TreeEntry>(entries)
  const isOurs = (entry: TreeEntry): entry is GitEntry => known.has(entry)
  return async (wanted) => {
    const blobs = wanted
      .filter(isOurs)
      .flatMap(({ object, sizeBytes }) => (sizeBytes === null ? [] : [{ object, sizeBytes }]))
    if (blobs.length !== wanted.length) throw new Error('entries of another tree, or without a size, were asked for')
    return reader.read(blobs)
  }
}

interface Deadline {
  signal: AbortSignal
  /** From here on only the caller's own signal ends the work. */
  lift(): void
}

function deadline(limits: SourceLimits, url: string): Deadline {
  const late = new AbortController()
  const timer = setTimeout(
    () => late.abort(new SourceError('git.timeout', { subject: url, limit: limits.wallMs / 1000 })),
    limits.wallMs,
  )
  return { signal: late.signal, lift: () => clearTimeout(timer) }
}

/**
 * Fetches one commit of a repository and opens it for reading. Nothing of the repository is executed or honoured: there is no
 * work tree, so no hook, filter, attribute, submodule or LFS step takes place; git reads no configuration but ours and speaks
 * the protocol of the source only, to the address that was checked. Throws SourceError `source.protocol-refused`, `host.*`,
 * `git.*` or `path.not-found`; the temporary folder is gone then. The caller closes what it gets.
 */
export async function openRepository(source: GitSource, options: OpenOptions): Promise<OpenedRepository> {
  const { policy, limits = defaultSourceLimits, onProgress = () => undefined, temporaryFolder = tmpdir() } = options
  const late = deadline(limits, source.url)
  const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
  const folder = await mkdtemp(join(temporaryFolder, REPOSITORY_FOLDER_PREFIX))
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    onProgress({ phase: 'connecting' })
    const reached = await reachRepository(source, policy, signal)
    const environment = await fence(folder, reached)
    await layRepository({ folder })
    const workshop: GitWorkshop = { folder, environment, signal, limits }
    const { commit, ref } = await fetchCommit(workshop, reached.source, (bytes) =>
      onProgress({ phase: 'fetching', bytes }),
    )
    onProgress({ phase: 'reading' })
    const entries = await listTree(workshop, commit, reached.source)
    const reader = openObjectReader({ ...workshop, signal: options.signal ?? new AbortController().signal }, source.url)
    const closeBoth = async (): Promise<void> => {
      await reader.close()
      await close()
    }
    return { url: reached.source.url, commit, ref, entries, read: createRead(reader, entries), close: closeBoth }
  } catch (error) {
    await close()
    throw error
  } finally {
    late.lift()
  }
}
