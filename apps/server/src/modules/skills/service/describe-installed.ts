import type { SkillSummary } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { maySeeSkill, type Viewer } from '../access.ts'
import { DEFAULT_CATEGORY } from '../rules.ts'
import * as store from '../store.ts'
import { type FindDeps, summaryOf } from './find-skills.ts'

/** A version that is in somebody's library. */
export interface Installed {
  skillId: string
  versionId: string
}

/** The skill as this version of it showed it. */
function asInstalled(skill: store.SkillHead, version: store.VersionRow): store.SkillRow {
  const { displayName, description, kind, category, tags } = version.summary
  const releasedAt = version.releasedAt ?? version.createdAt
  return {
    id: skill.id,
    publisher: skill.publisher,
    name: skill.name,
    displayName: displayName ?? skill.name,
    description,
    kind,
    category: category ?? DEFAULT_CATEGORY,
    tags,
    latestVersion: version.semver,
    conformance: version.conformance.level,
    installCount: 0,
    downloadCount: 0,
    visibility: skill.visibility,
    deprecation: version.deprecation,
    publishedAt: releasedAt,
    updatedAt: releasedAt,
  }
}

/**
 * Summaries of the skills in somebody's library, by id. A skill that its holder may not see any more, or that has no release left, is
 * shown as the installed version shows it: a library neither loses an entry nor tells what has become of a private skill.
 */
export async function summariesOfInstalled(
  deps: Pick<FindDeps, 'canRun'>,
  q: Queryable,
  { installed, viewer }: { installed: readonly Installed[]; viewer: Viewer },
): Promise<Map<string, SkillSummary>> {
  const skills = await store.skillHeadsById(q, [...new Set(installed.map((one) => one.skillId))])
  const isCurrent = (skill: store.SkillHead) => skill.latestVersionId !== null && maySeeSkill(viewer, skill)
  const current = await store.skillRowsById(
    q,
    skills.filter(isCurrent).map(({ id }) => id),
  )
  const rows = new Map(current.map((row) => [row.id, row]))
  const rest = installed.filter(({ skillId }) => !rows.has(skillId))
  for (const version of await store.versionRowsById(
    q,
    rest.map(({ versionId }) => versionId),
  )) {
    const skill = skills.find(({ id }) => id === version.skillId)
    if (skill) rows.set(skill.id, asInstalled(skill, version))
  }
  return new Map([...rows].map(([id, row]) => [id, summaryOf(deps, row)]))
}
