import type { LockedSkill, LockedSource } from '@guildhall/skill-format'
import { parseSource, type Source } from '@guildhall/skill-sources'
import type { Session } from '../session.ts'
import { readOffered } from './from-source.ts'
import { type OfferedSkill, type OpenedSource, openSource } from './opened-source.ts'
import type { ReadySkill } from './ready-skill.ts'

type Unsigned = Exclude<LockedSource, { kind: 'registry' }>

/** The source that a lock entry names: as it is now, or as it was when the entry was made. */
function sourceOf(locked: Unsigned, at: 'now' | 'then'): Source {
  if (locked.kind === 'folder') return { kind: 'folder', path: locked.path }
  if (locked.kind === 'index') return parseSource(locked.url)
  const ref = at === 'then' ? locked.commit : locked.ref
  return parseSource(ref === null ? locked.repository : `${locked.repository}#${ref}`, { plainUrl: 'git' })
}

function isSame(skill: LockedSkill, offer: OfferedSkill): boolean {
  const { source } = skill
  if (source.kind === 'index') return offer.name === skill.name
  const offered = offer.place
  return source.kind === 'git' ? offered === source.path : offered === ''
}

/** What is known of skills that no registry released; null where the source does not have the skill any more. */
export type CurrentSkills = Map<string, ReadySkill | null>

async function readFrom(
  session: Session,
  opened: OpenedSource,
  skills: readonly LockedSkill[],
): Promise<CurrentSkills> {
  const current: CurrentSkills = new Map()
  for (const skill of skills) {
    const offer = opened.offered.find((one) => isSame(skill, one))
    const ready = offer === undefined ? null : await readOffered(session, offer, skill.name)
    current.set(skill.name, ready)
  }
  return current
}

/**
 * Reads unsigned skills from where they came, each repository once: as it is now, or the very commit that is locked. Throws
 * SourceError where a source cannot be reached.
 */
export async function findCurrent(
  session: Session,
  skills: readonly LockedSkill[],
  at: 'now' | 'then',
): Promise<CurrentSkills> {
  const groups = new Map<string, { source: Unsigned; skills: LockedSkill[] }>()
  for (const skill of skills) {
    const { source } = skill
    if (source.kind === 'registry') continue
    const key = JSON.stringify(sourceOf(source, at))
    const group = groups.get(key) ?? { source, skills: [] }
    group.skills.push(skill)
    groups.set(key, group)
  }
  const current: CurrentSkills = new Map()
  for (const group of groups.values()) {
    const opened = await openSource(session, sourceOf(group.source, at))
    try {
      for (const [name, ready] of await readFrom(session, opened, group.skills)) current.set(name, ready)
    } finally {
      await opened.close()
    }
  }
  return current
}
