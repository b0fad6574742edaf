import type { Queryable } from '../../../platform/db/database.ts'
import * as store from '../store.ts'

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

/** Where nobody's public skills are asked for, there is only the question what else could be meant. */
async function onlyAlike(q: Queryable, doubt: store.Doubt | null): Promise<store.Found> {
  return { matches: [], alike: doubt === null ? new Map() : await store.wordsAlike(q, doubt.words), further: [] }
}

/**
 * Skills that the words are found in, by how prominent the words are (`Rank`) and within a rank the most popular first, those that only
 * the viewer sees among them. Rare words are looked up in an index, common ones along the order of popularity: both cost little, and
 * nothing depends on the database's estimates. With a doubt, what else could be meant, too; `further` holds what everybody sees.
 */
export async function rankSkills(
  q: Queryable,
  request: store.SearchRequest,
  doubt: store.Doubt | null,
): Promise<store.Found> {
  const everybodys = await (request.audience.withPublic ? store.searchPublic(q, request, doubt) : onlyAlike(q, doubt))
  const own = await store.searchOwn(q, request)
  if (own.length === 0) return everybodys
  const matches = [...everybodys.matches, ...own].sort(byRank).slice(0, request.limit)
  return { ...everybodys, matches }
}
