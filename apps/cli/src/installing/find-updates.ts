import type { VersionSummary } from '@guildhall/contracts'
import type { LockedSkill } from '@guildhall/skill-format'
import { ApiProblem } from '@guildhall/sdk'
import type { Session } from '../session.ts'
import type { ReadySkill } from './ready-skill.ts'
import { registryAt, versionsOf } from './registry.ts'
import { several } from './several.ts'

/** Where an installed skill stands against its source. Versions are numbers, or commits and digests where there are none. */
export interface UpdateState {
  skill: LockedSkill
  installed: string
  /** The newest within what was asked for; null where the source does not have the skill any more. */
  wanted: string | null
  latest: string | null
  /** The new content of an unsigned skill. */
  ready: ReadySkill | null
}

export function isOutdated({ installed, wanted, latest }: UpdateState): boolean {
  return (wanted !== null && wanted !== installed) || (latest !== null && latest !== installed)
}

const PARALLEL = 6

/** The ranges that others put on a skill. */
function rangesOn(skills: readonly LockedSkill[], name: string): string[] {
  return skills.flatMap(({ dependencies }) => dependencies[name] ?? [])
}

async function wantedOf(versions: readonly VersionSummary[], skill: LockedSkill, skills: readonly LockedSkill[]) {
  const { highestWithin, isVersionRange } = await import('@guildhall/skill-format')
  const { requested, name } = skill
  const tagged = versions.find(
    ({ tags, status }) => requested !== null && status === 'released' && tags.some((tag) => tag === requested),
  )
  if (requested !== null && !isVersionRange(requested)) return tagged?.version ?? null
  const ranges = [...(requested === null ? [] : [requested]), ...rangesOn(skills, name)]
  const released = versions.filter(({ status }) => status === 'released').map(({ version }) => version)
  const fitting = released.filter((version) => ranges.every((range) => highestWithin([version], range) !== null))
  return highestWithin(fitting, ranges[0] ?? '*')
}

async function registryState(
  session: Session,
  skill: LockedSkill,
  skills: readonly LockedSkill[],
): Promise<UpdateState> {
  const installed = skill.version ?? ''
  const url = skill.source.kind === 'registry' ? skill.source.url : session.registry
  const gone = { skill, installed, wanted: null, latest: null, ready: null }
  const registry = await registryAt(session, url)
  const versions = await versionsOf(registry, skill.name, (known) =>
    known.some(({ version }) => version === installed),
  ).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.code === 'skill.not-found') return null
    throw error
  })
  if (versions === null) return gone
  const latest = versions.find(({ tags }) => tags.includes('latest'))?.version ?? null
  // A fixed version stays wanted, also where it was yanked.
  const wanted = skill.requested === installed ? installed : await wantedOf(versions, skill, skills)
  const { compareSemver } = await import('@guildhall/skill-format')
  // A registry that hides its newer versions must not bring an older one back.
  const newest = (version: string | null): string => {
    return version === null || compareSemver(version, installed) < 0 ? installed : version
  }
  return { skill, installed, wanted: newest(wanted), latest: newest(latest), ready: null }
}

/** What an unsigned content is called: its commit, else the beginning of its digest. */
function labelOf({ source, digest }: Pick<LockedSkill, 'source' | 'digest'>): string {
  return source.kind === 'git' ? source.commit.slice(0, 12) : digest.slice(0, 12)
}

async function unsignedStates(session: Session, skills: readonly LockedSkill[]): Promise<UpdateState[]> {
  if (skills.length === 0) return []
  const { findCurrent } = await import('./find-current.ts')
  const current = await findCurrent(session, skills, 'now')
  return skills.map((skill) => {
    const installed = labelOf(skill)
    const ready = current.get(skill.name) ?? null
    if (ready === null) return { skill, installed, wanted: null, latest: null, ready }
    const newest = ready.entry.digest === skill.digest ? installed : labelOf(ready.entry)
    return { skill, installed, wanted: newest, latest: newest, ready: newest === installed ? null : ready }
  })
}

/** Holds installed skills against their sources. `all` are the skills of the lock file, `asked` those that matter. */
export async function findUpdates(
  session: Session,
  all: readonly LockedSkill[],
  asked: readonly LockedSkill[],
): Promise<UpdateState[]> {
  const signed = asked.filter(({ source }) => source.kind === 'registry')
  const unsigned = asked.filter(({ source }) => source.kind !== 'registry')
  const states = await several(signed, PARALLEL, (skill) => registryState(session, skill, all))
  return [...states, ...(await unsignedStates(session, unsigned))]
}
