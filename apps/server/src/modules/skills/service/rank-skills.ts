import type { Queryable } from '../../../platform/db/database.ts'
import * as store from '../store.ts'

/** Matches of rare words: all of them are looked up at once. */
export const FEW = 500
/** Matches that are looked up at most. */
const MANY = 5000
/** From this many matches in the sample on, a rank is common: the order of popularity leads to its best matches sooner than an index does. */
const COMMON = 5

/** A request for common words, with what the most popular skills say of them. */
interface Survey {
  q: Queryable
  request: store.SearchRequest
  sample: readonly store.Match[]
}

/** Ranks, best first, and the matches of them. */
interface Filled {
  matches: store.Match[]
  /** The last rank of which all matches up to the limit are there. */
  done: number
}

const fromOf = (request: store.SearchRequest): store.Rank => request.after?.[0] ?? 0

const isCommon = (sample: readonly store.Match[], rank: store.Rank): boolean =>
  sample.filter((match) => match.rank <= rank).length >= COMMON

/** Matches of one common rank, along the order of popularity; where that does not lead to enough, from its index. */
async function fillRank({ q, request, sample }: Survey, rank: store.LongRank): Promise<store.Match[]> {
  // The sample begins with the most popular skill, not behind the key.
  const known = request.after?.[0] === rank ? [] : sample.filter((match) => match.rank === rank)
  if (known.length >= request.limit) return known.slice(0, request.limit)
  const along = await store.searchAlong(q, request, rank)
  if (along.length >= request.limit) return along
  if (rank !== 1) return (await store.searchIndex(q, request, { from: rank, widest: rank, most: MANY })).matches
  return (await store.searchNames(q, request, { withBeginnings: true })).filter((match) => match.rank === rank)
}

/** The best ranks, as far as only few skills match them, from an index at once. */
async function lookUp({ q, request, sample }: Survey): Promise<Filled> {
  const from = fromOf(request)
  const widest = ([3, 2] as const).find((rank) => rank >= from && !isCommon(sample, rank))
  if (widest !== undefined) {
    const { matches, isComplete } = await store.searchIndex(q, request, { from, widest, most: MANY })
    if (isComplete) return { matches, done: widest }
  }
  if (from > 1) return { matches: [], done: from - 1 }
  const withBeginnings = !isCommon(sample, 1)
  const matches = from === 0 || withBeginnings ? await store.searchNames(q, request, { withBeginnings }) : []
  return { matches, done: withBeginnings ? 1 : 0 }
}

/** Everything that matches where it is little; null where it is not. */
async function lookUpAll(q: Queryable, request: store.SearchRequest): Promise<store.Match[] | null> {
  // What is left out of further matches costs the sample more than looking all of them up does.
  const most = request.except === null ? FEW : MANY
  const all = { from: fromOf(request), widest: 4, most } as const
  const { matches, isComplete } = await store.searchIndex(q, request, all)
  return isComplete ? matches : null
}

async function rankPublic(q: Queryable, request: store.SearchRequest): Promise<store.Match[]> {
  // Several words are together in few skills, and so are other spellings; a single one is often in many.
  const isSeldom = request.words.elsewhere.includes('&') || request.except !== null
  const some = isSeldom ? await lookUpAll(q, request) : null
  if (some) return some
  const sample = await store.sampleSearch(q, { ...request, limit: Math.max(request.limit, 4 * COMMON) })
  const few = isSeldom || sample.length > 0 ? null : await lookUpAll(q, request)
  if (few) return few
  const { matches, done } = await lookUp({ q, request, sample })
  for (const rank of store.longRanks) {
    const limit = request.limit - matches.length
    if (rank > done && limit > 0) matches.push(...(await fillRank({ q, request: { ...request, limit }, sample }, rank)))
  }
  return matches
}

/** Negative where `a` stands before `b`. */
export function byRank(a: store.Match, b: store.Match): number {
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
  return own.length === 0 ? everybodys : [...everybodys, ...own].sort(byRank).slice(0, request.limit)
}
