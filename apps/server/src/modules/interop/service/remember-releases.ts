import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import { CATALOGUE_CHANGED, type ListedRelease, type Skills, type Viewer } from '../../skills/index.ts'

/** Entries of a document about the registry or a publisher. The catalogue itself has pages (`GET /api/v1/skills`); these documents have none. */
const MOST_LISTED = 1000
/** How long another node's change may go unnoticed here. */
const REMEMBERED_MS = 5000
const MOST_REMEMBERED = 200

export interface Releases {
  /** The newest releases of the registry, or of one publisher, most installed first, `MOST_LISTED` at most. */
  list(viewer: Viewer | null, publisher?: string): Promise<readonly ListedRelease[]>
}

/** Lists for everybody are remembered until the catalogue changes; lists with somebody's own skills are made anew. */
export function createReleases({ skills, clock, bus }: { skills: Skills; clock: Clock; bus: Bus }): Releases {
  const known = new Map<string, { untilMs: number; releases: Promise<readonly ListedRelease[]> }>()
  bus.subscribe(CATALOGUE_CHANGED, () => known.clear())

  return {
    list(viewer, publisher) {
      const filter = { publisher, limit: MOST_LISTED }
      if (viewer !== null) return skills.listReleases(filter, viewer)
      const key = publisher ?? ''
      const nowMs = clock.now().getTime()
      const before = known.get(key)
      if (before && before.untilMs > nowMs) return before.releases
      const releases = skills.listReleases(filter, null)
      known.delete(key)
      known.set(key, { untilMs: nowMs + REMEMBERED_MS, releases })
      releases.catch(() => known.delete(key))
      const oldest = known.keys().next()
      if (known.size > MOST_REMEMBERED && !oldest.done) known.delete(oldest.value)
      return releases
    },
  }
}
