import type { Queryable } from '../../../platform/db/database.ts'
import * as store from '../store.ts'

/** Matches that are ranked at once. Words that are found more often are common: the order of popularity leads to the best of them sooner. */
const FEW = 1000
/** Matches that are ranked at most where popularity does not lead to enough. */
const MANY = 5000

type WordRank = 2 | 3 | 4
const wordRanks: readonly WordRank[] = [2, 3, 4]

async function fillRank(q: Queryable, request: store.SearchRequest, rank: WordRank): Promise<store.Match[]> {
  const readIndex = (): Promise<store.Found> => store.searchIndex(q, request, { from: rank, widest: rank, most: MANY })
  // Readmes are long: looking up every match costs less than reading the readmes of the most popular skills.
  const found = rank === 4 ? await readIndex() : null
  if (found?.isComplete) return found.matches
  const along = await store.searchAlong(q, request, rank)
  return along.length >= request.limit ? along : (found ?? (await readIndex())).matches
}

/** The best ranks that few skills match, looked up at once; `done` is the last one of them. */
async function fillBest(q: Queryable, request: store.SearchRequest): Promise<{ matches: store.Match[]; done: number }> {
  const first = request.after?.[0] ?? 0
  for (const widest of wordRanks.filter((rank) => rank >= first).toReversed()) {
    const { matches, isComplete } = await store.searchIndex(q, request, { from: first, widest, most: FEW })
    if (isComplete) return { matches, done: widest }
  }
  const exact = first === 0 ? await store.searchNames(q, request, 0) : []
  const rest = { ...request, limit: request.limit - exact.length }
  const near = first <= 1 && rest.limit > 0 ? await store.searchNames(q, rest, 1) : []
  return { matches: [...exact, ...near], done: Math.max(first - 1, 1) }
}

async function rankPublic(q: Queryable, request: store.SearchRequest): Promise<store.Match[]> {
  const { matches, done } = await fillBest(q, request)
  for (const rank of wordRanks) {
    const limit = request.limit - matches.length
    if (rank > done && limit > 0) matches.push(...(await fillRank(q, { ...request, limit }, rank)))
  }
  return matches
}

/** Negative where `a` stands before `b`. */
function compare(a: store.Match, b: store.Match): number {
  return (
    a.rank - b.rank ||
    Number(b.isCurrent) - Number(a.isCurrent) ||
    b.installCount - a.installCount ||
    b.downloadCount - a.downloadCount ||
    (a.id < b.id ? 1 : -1)
  )
}

/**
 * Skills that the words are found in, by how prominent the words are (`Rank`) and within a rank the most popular first, those that only
 * the viewer sees among them. Rare words are looked up in an index, common ones along the order of popularity: both cost little, and
 * nothing depends on the database's estimates.
 */
export async function rankSkills(q: Queryable, request: store.SearchRequest): Promise<store.Match[]> {
  const everybodys = request.audience.withPublic ? await rankPublic(q, request) : []
  const own = await store.searchOwn(q, request)
  return own.length === 0 ? everybodys : [...everybodys, ...own].sort(compare).slice(0, request.limit)
}
