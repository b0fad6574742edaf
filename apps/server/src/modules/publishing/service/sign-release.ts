import { archiveFileName, packSkill } from '@guildhall/skill-format'
import type { Skills } from '../../skills/index.ts'
import { needsReview } from '../rules.ts'
import { LostRace, move, type PipelineDeps, reject, type Row } from './move-submission.ts'

type Version = Awaited<ReturnType<Skills['versionById']>>

/** The skill is public now, and this version was judged as one of a private skill. */
class NotForEverybody extends Error {}

function isReviewed(deps: PipelineDeps, row: Row): boolean {
  const review = row.stages.find(({ stage }) => stage === 'review')
  return review?.state === 'passed' || !needsReview(deps.reviewPolicy, { verified: row.publisherVerified })
}

async function signedArchives(deps: PipelineDeps, version: Version) {
  const { versionId, summary, semver, digest, signedAs } = version
  const files = await deps.skills.loadPackage(versionId)
  // The name when it was made: the digest is over that one, whatever the skill is called meanwhile.
  const release = { versionId, fullName: signedAs, version: semver, digest }
  const envelope = deps.trust.sign(release)
  const packed = await packSkill({ files, kind: summary.kind, name: summary.name, envelope })
  const { sha256 } = await deps.blobs.put(packed)
  const plain = await deps.skills.storePlainArchives(files)
  const archiveName = archiveFileName(summary.kind, summary.name, semver)
  return { release, envelope, archives: { archiveSha256: sha256, archiveName, ...plain } }
}

async function release(deps: PipelineDeps, row: Row, version: Version): Promise<void> {
  const { release: signed, envelope, archives } = await signedArchives(deps, version)
  const { fullName, version: semver, digest, versionId } = signed
  await move(deps, row, {
    to: 'released',
    stages: [
      { stage: 'sign', state: 'passed', message: `Signed with ${envelope.signatures[0]?.keyId ?? ''}.` },
      { stage: 'release', state: 'passed', message: `${fullName} ${semver} is released.` },
    ],
    also: async (q) => {
      await deps.trust.record(q, signed, envelope)
      const terms = { archives, visibility: row.visibility, mayBePublic: isReviewed(deps, row) }
      const outcome = await deps.skills.release(q, versionId, terms)
      if (outcome === 'gone') throw new LostRace()
      if (outcome === 'refused') throw new NotForEverybody()
      const facts = { fullName, version: semver, digest }
      await deps.audit.record(q, { actor: 'system', action: 'version.released', subject: versionId, facts })
    },
  })
}

/** Signs a version and releases it; refuses what was taken out of the release meanwhile, and what would become public unchecked. */
export async function signRelease(deps: PipelineDeps, row: Row): Promise<void> {
  if (!row.versionId) throw new Error(`${row.id} is signing without a version`)
  const version = await deps.skills.versionById(deps.database.q, row.versionId)
  if (version.status === 'rejected') {
    const message = version.statusReason ?? 'The version was taken out of the release.'
    await reject(deps, row, { stage: 'sign', message })
    return
  }
  await release(deps, row, version).catch(async (error: unknown) => {
    if (!(error instanceof NotForEverybody)) throw error
    const message = 'The skill is public, and this version was checked as one of a private skill only. Submit it again.'
    await reject(deps, row, { stage: 'release', message })
  })
}
