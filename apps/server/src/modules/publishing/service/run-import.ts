import { basename } from 'node:path/posix'
import { AppError, type ImportItem, type ImportStatus } from '@guildhall/contracts'
import {
  type Discovery,
  findSkills,
  type FoundSkill,
  type GitSource,
  isCalled,
  type OpenedRepository,
  openRepository,
  publicSources,
  SourceError,
} from '@guildhall/skill-sources'
import { storableText } from '../../../platform/db/storable.ts'
import { importJob } from '../jobs.ts'
import * as store from '../store/imports.ts'
import { type ImportDeps, readGitSource } from './import-deps.ts'
import { importSkill } from './import-skill.ts'

const MAX_SKILLS = 1000
/** Of all files of the skills together, as they are in the repository. */
const MAX_TOTAL_BYTES = 1024 * 1024 * 1024
const MAX_SKIPPED = 1000
/** Written together, so that an import of hundreds is not written anew for each. */
const ITEMS_AT_ONCE = 10

type Row = store.ImportRow
type Skipped = Row['skipped']

/** Somebody else works on the same import; what is left is theirs. */
class LostImport extends Error {}

/** The import as it is worked on from here: begun, where no other of its publisher is under way. Null: there is nothing to do now. */
async function begin({ pipeline }: ImportDeps, id: string): Promise<Row | null> {
  const { database, clock } = pipeline
  return database.transaction(async (q) => {
    const row = await store.findImport(q, id)
    if (row === null || row.status === 'finished' || row.status === 'failed') return null
    if (row.status !== 'queued') return row
    await store.lockPublisher(q, row.publisherId)
    if (await store.isImporting(q, row.publisherId)) return null
    const isOurs = await store.moveImport(q, { id, from: 'queued', to: 'fetching', now: clock.now() })
    return isOurs ? { ...row, status: 'fetching' } : null
  })
}

/** Ends an import and wakes the next of its publisher. */
async function end(
  { pipeline, jobs }: ImportDeps,
  { id, publisherId }: Pick<Row, 'id' | 'publisherId'>,
  ending: { from: ImportStatus; error: string | null },
): Promise<void> {
  const { database, clock, audit } = pipeline
  const to = ending.error === null ? 'finished' : 'failed'
  await database.transaction(async (q) => {
    await store.lockPublisher(q, publisherId)
    const change = { error: ending.error }
    if (!(await store.moveImport(q, { id, from: ending.from, to, change, now: clock.now() }))) return
    const next = await store.nextQueued(q, publisherId)
    if (next !== null) await jobs.enqueue(q, importJob, { importId: next })
    const saved = await store.findImport(q, id)
    const count = (outcome: ImportItem['outcome']) =>
      saved?.items.filter((item) => item.outcome === outcome).length ?? 0
    await audit.record(q, {
      actor: 'system',
      action: `import.${to}`,
      subject: id,
      facts:
        ending.error === null
          ? { submitted: count('submitted'), unchanged: count('unchanged'), refused: count('refused') }
          : { error: ending.error },
    })
  })
}

async function move({ pipeline }: ImportDeps, row: Row, to: ImportStatus, change: store.ImportChange): Promise<Row> {
  const { database, clock } = pipeline
  const step = { id: row.id, from: row.status, to, change, now: clock.now() }
  const isOurs = await database.transaction((q) => store.moveImport(q, step))
  if (!isOurs) throw new LostImport()
  return { ...row, ...change, status: to }
}

const skippedOf = (path: string, reason: string) => ({
  path: storableText(path, 1024),
  reason: storableText(reason, 500),
})

/** What was asked for, and why the rest was not taken. */
function choose(discovery: Discovery, names: readonly string[]): { chosen: FoundSkill[]; skipped: Skipped } {
  const isWanted = (skill: FoundSkill): boolean => names.length === 0 || names.some((name) => isCalled(skill, name))
  const missing = names.filter((name) => !discovery.skills.some((skill) => isCalled(skill, name)))
  const skipped = [
    ...missing.map((name) => skippedOf('', `No skill is called ${name}.`)),
    ...discovery.leftOut.filter(isWanted).map(({ directory, message }) => skippedOf(directory, message)),
    ...discovery.problems.map((problem) => skippedOf('', problem)),
  ]
  return { chosen: discovery.skills.filter(isWanted), skipped: skipped.slice(0, MAX_SKIPPED) }
}

function bytesBelow({ map }: Discovery, { directory }: FoundSkill): number {
  return map.below(directory).reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
}

function checkSize(discovery: Discovery, chosen: readonly FoundSkill[]): void {
  if (chosen.length === 0) throw new ImportRefused('No skill was found there. Name the folder that holds them.')
  if (chosen.length > MAX_SKILLS)
    throw new ImportRefused(`There are ${chosen.length} skills; one import takes ${MAX_SKILLS}. Name a folder of them.`)
  const totalBytes = chosen.reduce((sum, skill) => sum + bytesBelow(discovery, skill), 0)
  if (totalBytes > MAX_TOTAL_BYTES)
    throw new ImportRefused(`The skills have ${totalBytes} bytes; one import takes ${MAX_TOTAL_BYTES}. Name fewer.`)
}

/** Nothing is wrong with us, and nothing would be another time. */
class ImportRefused extends Error {}

interface Opened {
  repository: OpenedRepository
  discovery: Discovery
  chosen: readonly FoundSkill[]
}

/** Submits what is not among the items yet, some at a time. */
async function submitAll(deps: ImportDeps, row: Row, { repository, discovery, chosen }: Opened, signal: AbortSignal) {
  const done = new Set(row.items.map(({ path }) => path))
  const left = chosen.filter(({ directory }) => !done.has(storableText(directory, 1024)))
  const provenance = { repository: row.repository ?? '', ref: row.ref, commit: row.commit ?? '' }
  let known = row.items.length
  for (let start = 0; start < left.length; start += ITEMS_AT_ONCE) {
    const items: ImportItem[] = []
    for (const skill of left.slice(start, start + ITEMS_AT_ONCE)) {
      signal.throwIfAborted()
      items.push(await importSkill(deps, { row, tree: repository, discovery, skill, provenance }))
    }
    const { database, clock } = deps.pipeline
    const more = { id: row.id, known, items, now: clock.now() }
    if (!(await database.transaction((q) => store.appendItems(q, more)))) throw new LostImport()
    known += items.length
  }
}

async function bringIn(deps: ImportDeps, begun: Row, repository: OpenedRepository, signal: AbortSignal): Promise<Row> {
  let row = begun
  if (row.status === 'fetching') {
    const { url, ref, commit } = repository
    row = await move(deps, row, 'reading', { repository: url, ref, commit })
  }
  const source = readGitSource(row.source, deps.settings)
  const rootName = basename(source.url.replace(/\.git$/, ''))
  const discovery = await findSkills(repository, { path: source.path, rootName })
  const named = [...(row.wanted ?? []), ...(source.skill === null ? [] : [source.skill])]
  const { chosen, skipped } = choose(discovery, named)
  checkSize(discovery, chosen)
  if (row.status === 'reading') row = await move(deps, row, 'submitting', { skipped })
  await submitAll(deps, row, { repository, discovery, chosen }, signal)
  return row
}

/** Where it may be fetched from; after a crash, the very commit that was read before. */
function sourceOf(row: Row, settings: ImportDeps['settings']): GitSource {
  const source = readGitSource(row.source, settings)
  return row.commit === null ? source : { ...source, ref: row.commit }
}

/** The repository is gone before the import is told to have ended. */
async function fetchAndSubmit(deps: ImportDeps, row: Row, signal: AbortSignal): Promise<Row> {
  const { settings } = deps
  const { protocols, allowPrivateHosts, folder: temporaryFolder } = settings
  const policy = { ...publicSources, protocols, allowPrivateHosts }
  const repository = await openRepository(sourceOf(row, settings), { policy, signal, temporaryFolder })
  try {
    return await bringIn(deps, row, repository, signal)
  } finally {
    await repository.close()
  }
}

/** What the author is told; null where it is our fault and worth another attempt. */
function reasonOf(error: unknown): string | null {
  if (error instanceof SourceError || error instanceof ImportRefused) return error.message
  if (!(error instanceof AppError)) return null
  if (error.code === 'import.source-refused') return 'This source is not allowed on this server any more.'
  return error.code === 'auth.forbidden' ? 'You may not publish for this publisher any more.' : null
}

async function fail(deps: ImportDeps, id: string, reason: string): Promise<void> {
  const row = await store.findImport(deps.pipeline.database.q, id)
  if (row === null || row.status === 'finished' || row.status === 'failed') return
  await end(deps, row, { from: row.status, error: storableText(reason, 2000) })
}

/**
 * Does what is left of an import. Safe to run twice, at once, or again after a crash: each run reads a copy of its own, the commit is noted
 * before anything is submitted, each skill is submitted under a key of its own, and every move is a compare-and-set.
 */
export async function runImport(deps: ImportDeps, id: string, signal: AbortSignal): Promise<void> {
  const row = await begin(deps, id)
  if (row === null) return
  try {
    const last = await fetchAndSubmit(deps, row, signal)
    await end(deps, row, { from: last.status, error: null })
  } catch (error) {
    if (error instanceof LostImport) return
    const reason = signal.aborted ? null : reasonOf(error)
    if (reason === null) throw error
    await fail(deps, id, reason)
  }
}

/** Ends an import that broke on our side every time, so that nobody waits for it and the next one can begin. */
export async function giveUpImport(deps: ImportDeps, id: string): Promise<void> {
  await fail(deps, id, 'Something broke on our side again and again. Start it once more; if it stays, report its id.')
}
