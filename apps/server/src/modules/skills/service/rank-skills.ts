import type { Queryable } from '../../../platform/db/database.ts'
import * as store from '../store.ts'

/** From this many matches in the sample on, reading along the order of popularity ends soonest; below it, the index of words does. */
const COMMON = 5

const wordRanks: readonly store.WordRank[] = [1, 2, 3]

/** How many skills of the sample match up to each rank; a wider rank's matches contain the narrower ones'. */
const matchesUpTo = (sample: readonly store.RankedSkill[], rank: store.WordRank): number =>
  sample.filter((one) => one.rank <= rank).length

/**
 * The ranks to look up in the index of words, in the order of their worth, each with the ranks before it: those that only few skills
 * match. Ranks that nothing in the sample matches are looked up at once; the others one by one, since a better one may be enough.
 */
function lookUps(sample: readonly store.RankedSkill[]): store.WordRank[] {
  const absent = wordRanks.findLast((rank) => matchesUpTo(sample, rank) === 0) ?? 0
  return wordRanks.filter((rank) => rank >= absent && matchesUpTo(sample, rank) < COMMON)
}

async function fillRank(
  q: Queryable,
  request: store.SearchRequest,
  { rank, sample }: { rank: store.WordRank; sample: readonly store.RankedSkill[] },
): Promise<store.RankedSkill[]> {
  // The sample begins with the most popular skill, not after the key.
  const known = request.after?.[0] === rank ? [] : sample.filter((one) => one.rank === rank)
  if (known.length >= request.limit) return known.slice(0, request.limit)
  const along = await store.searchAlong(q, request, rank)
  return along.length >= request.limit ? along : store.searchIndex(q, request, { from: rank, to: rank })
}

/**
 * Skills that the words are found in: exact names first, then by how prominent the words are (`Rank`), and within a rank the most
 * popular first. A sample of the most popular skills decides how each rank is read, so that common and rare words both cost little
 * and nothing depends on the database's estimates.
 */
export async function rankSkills(q: Queryable, request: store.SearchRequest): Promise<store.RankedSkill[]> {
  const sample = await store.sampleSearch(q, { ...request, limit: Math.max(request.limit, 4 * COMMON) })
  const rows: store.RankedSkill[] = []
  const rest = () => ({ ...request, limit: request.limit - rows.length })
  const first = request.after?.[0] ?? 0
  let done = first - 1
  for (const to of lookUps(sample)) {
    if (to <= done || rows.length >= request.limit) continue
    rows.push(...(await store.searchIndex(q, rest(), { from: done + 1, to })))
    done = to
  }
  if (done < 0 && request.except === null) rows.push(...(await store.searchName(q, request)))
  for (const rank of wordRanks) {
    if (rank > done && rows.length < request.limit) rows.push(...(await fillRank(q, rest(), { rank, sample })))
  }
  return rows
}
