import type { Queryable } from '../../../platform/db/database.ts'
import * as store from '../store.ts'

/** From this many matches in the sample on, words are common: the order of popularity leads to the best ones sooner than the index does. */
const COMMON = 5
/** Matches that are looked at in the index where nothing is known of how common the words are. */
const FEW = 1000
/** Matches that are looked at in the index at most. */
const MANY = 5000

type WordRank = 2 | 3 | 4
const wordRanks: readonly WordRank[] = [2, 3, 4]

/** A request with what the most popular skills say of it. */
interface Survey {
  q: Queryable
  request: store.SearchRequest
  sample: readonly store.Match[]
}

const matchesUpTo = (sample: readonly store.Match[], rank: WordRank): number =>
  sample.filter((match) => match.rank <= rank).length

/** The best ranks that only few skills match, from the index at once; `done` is the last of them. */
async function lookUpRare({ q, request, sample }: Survey): Promise<{ matches: store.Match[]; done: number }> {
  const first = request.after?.[0] ?? 0
  const lookUp = (widest: WordRank, most: number) => store.searchIndex(q, request, { from: first, widest, most })
  if (matchesUpTo(sample, 3) === 0) {
    // Most often the words are rare everywhere.
    const { matches, isComplete } = await lookUp(4, FEW)
    if (isComplete) return { matches, done: 4 }
  }
  const widest = wordRanks.findLast((rank) => rank < 4 && rank >= first && matchesUpTo(sample, rank) < COMMON)
  if (widest !== undefined) {
    const { matches, isComplete } = await lookUp(widest, MANY)
    if (isComplete) return { matches, done: widest }
  }
  const names = first <= 1 ? await store.searchNames(q, request) : []
  return { matches: names, done: Math.max(first - 1, 1) }
}

async function fillRank({ q, request, sample }: Survey, rank: WordRank): Promise<store.Match[]> {
  // The sample begins with the most popular skill, not behind the key.
  const known = request.after?.[0] === rank ? [] : sample.filter((match) => match.rank === rank)
  if (known.length >= request.limit) return known.slice(0, request.limit)
  const readIndex = (): Promise<store.Found> => store.searchIndex(q, request, { from: rank, widest: rank, most: MANY })
  // Readmes are long: looking up every match costs less than reading the readmes of the most popular skills.
  const found = rank === 4 ? await readIndex() : null
  if (found?.isComplete) return found.matches
  const along = await store.searchAlong(q, request, rank)
  return along.length >= request.limit ? along : (found ?? (await readIndex())).matches
}

async function rankPublic(q: Queryable, request: store.SearchRequest): Promise<store.Match[]> {
  const sample = await store.sampleSearch(q, { ...request, limit: Math.max(request.limit, 4 * COMMON) })
  const { matches, done } = await lookUpRare({ q, request, sample })
  for (const rank of wordRanks) {
    const limit = request.limit - matches.length
    if (rank > done && limit > 0) matches.push(...(await fillRank({ q, request: { ...request, limit }, sample }, rank)))
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
