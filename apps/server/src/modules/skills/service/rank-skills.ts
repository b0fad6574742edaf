import type { Queryable } from '../../../platform/db/database.ts'
import * as store from '../store.ts'

/** Matches that are looked up at first. Where there are more, the order of popularity leads to the best ones sooner than an index does. */
const FEW = 700
/** Matches of one rank that are looked up at most. */
const MANY = 5000

/** The best matches of a rank that many skills have: along the order of popularity; where that does not lead to enough, from its index. */
async function bestOfMany(q: Queryable, request: store.SearchRequest, rank: store.Rank): Promise<store.Match[]> {
  const along = await store.searchAlong(q, request, rank)
  if (along.length >= request.limit) return along
  return (await store.climbRanks(q, request, { from: rank, to: rank, most: MANY })).matches
}

/** Matches from this rank on. */
async function rankFrom(q: Queryable, request: store.SearchRequest, from: store.Rank): Promise<store.Match[]> {
  const { matches, overflown } = await store.climbRanks(q, request, { from, to: request.widest, most: FEW })
  if (overflown === null) return matches
  const better = matches.filter(({ rank }) => rank < overflown)
  if (better.length >= request.limit) return better
  const few = { ...request, limit: request.limit - better.length }
  const many = await bestOfMany(q, few, overflown)
  const next = store.ranks.find((rank) => rank > overflown && rank <= request.widest)
  const rest = { ...few, limit: few.limit - many.length }
  const worse = next === undefined || rest.limit === 0 ? [] : await rankFrom(q, rest, next)
  return [...better, ...many, ...worse]
}

/** Negative where `a` stands before `b`. */
function byRank(a: store.Match, b: store.Match): number {
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
  const everybodys = request.audience.withPublic ? await rankFrom(q, request, request.after?.[0] ?? 0) : []
  const own = await store.searchOwn(q, request)
  return own.length === 0 ? everybodys : [...everybodys, ...own].sort(byRank).slice(0, request.limit)
}
