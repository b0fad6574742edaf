import type { Finding, Visibility } from '@guildhall/contracts'
import { type DependencyRefusal, type DependencyRoot, refusalText } from '@guildhall/skill-format'
import type { PipelineDeps } from './move-submission.ts'

export interface DependingSkill extends DependencyRoot {
  visibility: Visibility
  /** Who owns its publisher. */
  ownerUserId: string | null
  /** The file that names what it needs. */
  file: string
}

const REMEDIES: Readonly<Record<DependencyRefusal['reason'], string>> = {
  cycle: 'Take one of these dependencies out.',
  'unknown-skill': 'Correct the name, or publish that skill first.',
  'no-version': 'Change the range, or publish a version that fits first.',
  conflict: 'Widen one of the ranges so that one version fits everybody.',
  'too-many': 'Depend on less.',
  'too-deep': 'Depend on less.',
  'too-hard': 'Narrow the ranges.',
}

/**
 * What is wrong with what a skill needs, judged as those who will see it would find it: everybody for a public skill, its publisher for
 * a private one. Null where everything can be had.
 */
export async function dependencyFinding(
  { database: { q }, skills }: Pick<PipelineDeps, 'database' | 'skills'>,
  skill: DependingSkill,
): Promise<Finding | null> {
  const owner = skill.ownerUserId === null ? null : { userId: skill.ownerUserId, role: 'user' as const }
  const resolution = await skills.resolveDependencies(q, skill, skill.visibility === 'public' ? null : owner)
  if (resolution.status === 'resolved') return null
  const { refusal } = resolution
  const told = (rule: string, message: string, remedy: string): Finding => {
    return {
      rule: `dependency.${rule}`,
      severity: 'error',
      message: clip(message),
      file: skill.file,
      line: null,
      remedy,
    }
  }
  if (refusal.reason === 'unknown-skill' && owner !== null) {
    // Only its owner is told that there is such a skill.
    const root = { fullName: skill.fullName, dependencies: { [refusal.fullName]: '*' } }
    const own = await skills.resolveDependencies(q, root, owner)
    const isKnown = own.status === 'resolved' || own.refusal.reason !== 'unknown-skill'
    if (isKnown) {
      const message = `${refusal.fullName} is private, so a public skill cannot depend on it`
      return told('private', message, 'Make that skill public first, or release this one to yourself alone.')
    }
  }
  return told(refusal.reason, refusalText(refusal), REMEDIES[refusal.reason])
}

const MAX_CHARACTERS = 2000

function clip(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text
}
