import type { Visibility } from '@guildhall/contracts'
import { isNewToStrangers, reviewReason } from '../rules.ts'
import { move, type PipelineDeps, type Row } from './move-submission.ts'

const NOT_BUILT = 'This server has no checker for this stage; nothing was checked.'

/** Who will see the release, as far as that is known before it, and who sees the skill now. */
async function visibilityOf(
  { database, skills }: PipelineDeps,
  row: Row,
): Promise<{ now: Visibility; next: Visibility }> {
  const { publisher, publisherOwner: ownerUserId } = row
  const use = await skills.lookUpName(database.q, { publisher, name: row.skillName ?? '', ownerUserId })
  const now = use.kind === 'skill' ? use.visibility : 'public'
  return { now, next: row.visibility ?? now }
}

/** Why an administrator has to look at the name, as the end of a sentence. Names that strangers have seen before are not asked again. */
async function nameDoubt(deps: PipelineDeps, row: Row, now: Visibility): Promise<string | null> {
  const { q } = deps.database
  const { publisher, publisherId, skillName, summary } = row
  if (skillName === null) return null
  if (!isNewToStrangers(now, await deps.skills.takenVersions(q, publisherId, skillName))) return null
  return deps.findLookAlike(q, { publisher, name: skillName, displayName: summary?.displayName ?? null })
}

/**
 * Nothing evaluates yet; what everybody will see may have to wait for an administrator: by the policy of this server, or because a
 * new name could be taken for another one, whoever it comes from.
 */
export async function reviewOrSign(deps: PipelineDeps, row: Row): Promise<void> {
  const evaluated = { stage: 'evaluate', state: 'not_configured', message: NOT_BUILT } as const
  const { now, next } = await visibilityOf(deps, row)
  const doubt = next === 'private' ? null : await nameDoubt(deps, row, now)
  const asked = next === 'private' ? null : reviewReason(deps.reviewPolicy, { verified: row.publisherVerified })
  const reasons = [doubt, asked].filter((reason) => reason !== null)
  if (reasons.length > 0) {
    const message = `An administrator will look at it: ${reasons.join(', and ')}.`
    await move(deps, row, { to: 'in_review', stages: [evaluated, { stage: 'review', state: 'waiting', message }] })
    return
  }
  const message =
    next === 'private'
      ? 'Nobody but its publisher will see it.'
      : 'The publisher is verified, or the platform asks for no review.'
  await move(deps, row, { to: 'signing', stages: [evaluated, { stage: 'review', state: 'not_needed', message }] })
}
