import type { Bus } from '../../../platform/bus/bus.ts'
import type { Database, Queryable } from '../../../platform/db/database.ts'
import { latestAmong } from '../rules/version-changes.ts'
import * as store from '../store.ts'
import { announceChange } from './announce-change.ts'

export interface FaceDeps {
  database: Database
  bus: Bus
}

/**
 * Makes the face of a locked skill what its versions say now: `latest`, and what lists and search know. Belongs into every transaction
 * that changes a version, a name or the tag `latest`. Where nothing is released any more, the highest yanked version stays behind as the
 * face for who comes by the address, and lists show the skill no more.
 */
export async function refreshFace(deps: FaceDeps, q: Queryable, skill: store.SkillHead): Promise<void> {
  const released = await store.releasedVersions(q, skill.id)
  const setByHand = await store.taggedVersion(q, skill.id, store.LATEST)
  const latestVersionId = latestAmong(released, setByHand)
  const yanked = { skillId: skill.id, statuses: ['yanked'], after: null, limit: 1 } as const
  const version =
    latestVersionId === null ? (await store.listVersions(q, yanked))[0] : await store.versionRowById(q, latestVersionId)
  if (version) await store.showVersion(q, { skill, version, latestVersionId })
  else await store.hideFace(q, skill.id)
  announceChange(deps, q)
}
