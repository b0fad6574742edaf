import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitSource } from '../source/source.ts'
import { SourceError } from '../source-error.ts'
import type { SourceLimits } from '../source-limits.ts'
import { explainGit } from './explain-git.ts'
import { chooseRef, namesFor, readRefs } from './find-ref.ts'
import { type GitCall, runGit } from './run-git.ts'

/** A fenced git that works for one source. */
export interface GitWorkshop {
  folder: string
  environment: Record<string, string>
  signal: AbortSignal
  limits: SourceLimits
}

/** The one name in our own repository. */
const WANTED = 'refs/guildhall/wanted'
const MAX_REFS_CHARACTERS = 4_000_000
const WATCH_MS = 50

type Call = Pick<GitCall, 'parameters'> & Partial<Pick<GitCall, 'input' | 'onOutput'>>

/** Runs git in the workshop. Rejects with a SourceError that says what its failure means. */
export async function callGit(
  { folder, environment, signal }: GitWorkshop,
  call: Call,
  subject: string,
): Promise<void> {
  const { isGood, complaint } = await runGit({ folder, environment, signal, ...call })
  if (!isGood) throw explainGit(complaint, { subject, folder })
}

/** An empty repository without a work tree, made without git so that no template can put a hook into it. */
export async function layRepository({ folder }: Pick<GitWorkshop, 'folder'>): Promise<void> {
  const home = join(folder, 'repository')
  await mkdir(join(home, 'objects', 'pack'), { recursive: true })
  await mkdir(join(home, 'refs'))
  await writeFile(join(home, 'HEAD'), 'ref: refs/heads/none\n')
  await forgetRemote(home)
}

/** Partial fetches leave the other side in the configuration as a place to ask for more; nothing is asked a second time. */
async function forgetRemote(home: string): Promise<void> {
  await writeFile(join(home, 'config'), '[core]\n\trepositoryFormatVersion = 0\n\tbare = true\n')
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  // What git renames meanwhile is counted the next time.
  for (const one of names.filter((name) => name.isFile()))
    bytes += (await stat(join(one.parentPath, one.name)).catch(() => null))?.size ?? 0
  return bytes
}

/** Looks how the folder grows, tells it, and calls `onTooLarge` once when it is over the limit. Returns how to stop looking. */
function watchFolder(
  folder: string,
  maxBytes: number,
  { onTooLarge, onGrowth }: { onTooLarge: () => void; onGrowth: (bytes: number) => void },
): () => void {
  let isLooking = false
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    void folderBytes(folder).then((bytes) => {
      isLooking = false
      onGrowth(bytes)
      if (bytes > maxBytes) onTooLarge()
    })
  }, WATCH_MS)
  return () => clearInterval(timer)
}

async function refOnServer(workshop: GitWorkshop, { url, ref }: GitSource): Promise<string> {
  const names = namesFor(ref)
  if (names.length === 0) return chooseRef(ref, new Map())
  let output = ''
  const onOutput = (chunk: Buffer): void => {
    output += chunk.toString('latin1')
    if (output.length > MAX_REFS_CHARACTERS) throw new SourceError('git.too-many-refs', { subject: url })
  }
  // Names are matched from behind, so the peeled ones have to be asked for, too.
  const patterns = names.flatMap((name) => [name, `${name}^{}`])
  await callGit(workshop, { parameters: ['ls-remote', '--quiet', '--', url, ...patterns], onOutput }, url)
  return chooseRef(ref, readRefs(output))
}

export interface FetchedCommit {
  commit: string
  /** `refs/heads/…`, `refs/tags/…` or `HEAD`; null where a commit was named. */
  ref: string | null
}

/**
 * Fetches one commit without its past and, where the server knows how, without files above the limit. Throws SourceError
 * `git.*` or `host.*`.
 */
export async function fetchCommit(
  workshop: GitWorkshop,
  source: GitSource,
  onGrowth: (bytes: number) => void,
): Promise<FetchedCommit> {
  const { folder, limits, signal } = workshop
  const home = join(folder, 'repository')
  const name = await refOnServer(workshop, source)
  const grown = new AbortController()
  const onTooLarge = (): void =>
    grown.abort(new SourceError('git.too-large', { subject: source.url, limit: limits.maxFetchedBytes }))
  const stopWatching = watchFolder(join(home, 'objects'), limits.maxFetchedBytes, { onTooLarge, onGrowth })
  const filter = `--filter=blob:limit=${limits.maxFileBytes + 1}`
  const options = ['--depth=1', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--quiet', filter]
  try {
    const parameters = ['fetch', ...options, '--no-recurse-submodules', '--', source.url, `+${name}:${WANTED}`]
    const both = { ...workshop, signal: AbortSignal.any([signal, grown.signal]) }
    await callGit(both, { parameters }, source.url)
    const bytes = await folderBytes(join(home, 'objects'))
    if (bytes > limits.maxFetchedBytes)
      throw new SourceError('git.too-large', { subject: source.url, limit: limits.maxFetchedBytes })
    onGrowth(bytes)
  } finally {
    stopWatching()
    await forgetRemote(home)
    await rm(join(home, 'FETCH_HEAD'), { force: true })
  }
  return { commit: await commitOf(workshop, source), ref: namesFor(source.ref).length === 0 ? null : name }
}

async function commitOf(workshop: GitWorkshop, source: GitSource): Promise<string> {
  const { folder, environment, signal } = workshop
  let output = ''
  const onOutput = (chunk: Buffer): void => void (output += chunk.toString('latin1'))
  const parameters = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${WANTED}^{commit}`]
  const { isGood } = await runGit({ parameters, environment, folder, signal, onOutput })
  if (!isGood) throw new SourceError('git.not-a-commit', { subject: source.ref ?? 'HEAD' })
  return output.trim()
}
