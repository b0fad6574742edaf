import {
  archiveFileName,
  fileDigests,
  inspectPackage,
  isPublishable,
  packSkill,
  PackageError,
  type PackageInspection,
  type PackageFiles,
  unpackArchive,
  withGeneratedSkillMd,
} from '@guildhall/skill-format'
import {
  type Finding,
  fullNameOf,
  type PackageSummary,
  type Provenance,
  type Stage,
  type StageState,
  type SubmissionStatus,
} from '@guildhall/contracts'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database, Queryable } from '../../../platform/db/database.ts'
import { brokenUniqueConstraint } from '../../../platform/db/sql-state.ts'
import type { Audit } from '../../audit/index.ts'
import type { Skills } from '../../skills/index.ts'
import type { Trust } from '../../trust/index.ts'
import { chooseNumber, needsReview, type ReviewPolicy, withStage } from '../rules.ts'
import { archiveFinding, storableReport, unstorableFinding } from './report-findings.ts'
import * as store from '../store.ts'

export interface PipelineDeps {
  database: Database
  blobs: Blobs
  clock: Clock
  audit: Audit
  skills: Skills
  trust: Trust
  reviewPolicy: ReviewPolicy
}

type Row = store.SubmissionRow

interface Step {
  to: SubmissionStatus
  stages: readonly { stage: Stage; state: StageState; message?: string }[]
  change?: store.SubmissionChange
  /** Joins the transaction of the move. */
  also?(q: Queryable): Promise<void>
}

const NOT_BUILT = 'This server has no checker for this stage; nothing was checked.'

const ORDINARY_RETRIES = 3

async function move(deps: PipelineDeps, row: Row, step: Step): Promise<boolean> {
  const now = deps.clock.now()
  const stages = step.stages.reduce((all, moved) => withStage(all, { ...moved, now }), row.stages)
  return deps.database.transaction(async (q) => {
    const isOurs = await store.moveSubmission(q, {
      id: row.id,
      from: row.status,
      to: step.to,
      change: { ...step.change, stages },
      now,
    })
    if (isOurs) await step.also?.(q)
    return isOurs
  })
}

async function reject(
  deps: PipelineDeps,
  row: Row,
  refusal: { stage: Stage; message: string; change?: store.SubmissionChange },
): Promise<void> {
  await move(deps, row, {
    to: 'rejected',
    stages: [{ stage: refusal.stage, state: 'failed', message: refusal.message }],
    change: refusal.change ?? {},
    also: async (q) => {
      if (row.versionId) await deps.skills.reject(q, row.versionId)
      await deps.audit.record(q, {
        actor: 'system',
        action: 'submission.rejected',
        subject: row.id,
        facts: { stage: refusal.stage, reason: refusal.message },
      })
    },
  })
}

async function readUpload(deps: PipelineDeps, row: Row): Promise<{ files: PackageFiles } | { refused: Finding }> {
  const bytes = await deps.blobs.get(row.uploadSha256)
  if (!bytes) throw new Error(`the upload ${row.uploadSha256} is missing among the blobs`)
  try {
    return { files: withGeneratedSkillMd(await unpackArchive(bytes)) }
  } catch (error) {
    if (!(error instanceof PackageError)) throw error
    return { refused: archiveFinding(error) }
  }
}

interface Accepted {
  files: PackageFiles
  inspection: PackageInspection
  summary: PackageSummary
  semver: string
  digest: string
}

/** What validation found: a version to be, or why not and what to tell the publisher. */
type Judgement = { accepted: Accepted } | { refused: string; change: store.SubmissionChange }

async function judge(deps: PipelineDeps, row: Row): Promise<Judgement> {
  const upload = await readUpload(deps, row)
  if ('refused' in upload) return { refused: upload.refused.message, change: { findings: [upload.refused] } }
  const { files } = upload
  const inspected = inspectPackage(files, {})
  const inspection = { ...inspected, conformance: storableReport(inspected.conformance) }
  const { conformance, summary, readme } = inspection
  const { findings } = conformance
  const unstorable = unstorableFinding({ summary, readme })
  if (unstorable) return { refused: unstorable.message, change: { conformance, findings: [...findings, unstorable] } }
  const found = { conformance, findings, summary, skillName: summary?.name ?? null }
  if (!summary || !isPublishable(inspection)) {
    return { refused: 'The package does not conform to the specification; see the findings.', change: found }
  }
  const fullName = fullNameOf({ publisher: row.publisher, name: summary.name })
  const taken = await deps.skills.takenVersions(deps.database.q, row.publisherId, summary.name)
  const choice = chooseNumber({ fullName, files, requested: row.requestedVersion, declared: summary.version, taken })
  if (choice.kind === 'refused') {
    return { refused: choice.finding.message, change: { ...found, findings: [...findings, choice.finding] } }
  }
  return { accepted: { files, inspection, summary, semver: choice.version, digest: choice.digest } }
}

const uploadOf = ({ filename, uploadSha256 }: Row): Provenance => ({ kind: 'upload', filename, sha256: uploadSha256 })

async function validate(deps: PipelineDeps, row: Row): Promise<void> {
  const judgement = await judge(deps, row)
  if ('refused' in judgement) {
    return reject(deps, row, { stage: 'validate', message: judgement.refused, change: judgement.change })
  }
  const { files, inspection, summary, semver, digest } = judgement.accepted
  const { conformance, readme } = inspection
  for (const bytes of files.values()) await deps.blobs.put(bytes)
  const now = deps.clock.now()
  const passed = {
    stage: 'validate',
    state: 'passed',
    message: `Conforms to level ${conformance.level}.`,
    now,
  } as const
  const stages = withStage(row.stages, passed)
  const { findings } = conformance
  const found = { conformance, findings, summary, skillName: summary.name, semver, digest, stages }
  const { publisherId, publisher, changelog, createdBy, visibility, provenance } = row
  const content = { summary, semver, digest, readme, conformance, files: fileDigests(files) }
  const version = { ...content, changelog, createdBy, visibility, provenance: provenance ?? uploadOf(row) }
  await deps.database.transaction(async (q) => {
    const { versionId } = await deps.skills.addVersion(q, { ...version, publisherId, publisherHandle: publisher })
    const change: store.SubmissionChange = { ...found, versionId }
    const isOurs = await store.moveSubmission(q, { id: row.id, from: row.status, to: 'scanning', change, now })
    if (!isOurs) throw new LostRace()
  })
}

/** Somebody else moved the submission between our reading and our writing; what we did is rolled back. */
class LostRace extends Error {}

async function sign(deps: PipelineDeps, row: Row): Promise<void> {
  const { versionId, semver, digest, summary } = row
  if (!versionId || !semver || !digest || !summary) throw new Error(`${row.id} is signing without a version`)
  const fullName = fullNameOf({ publisher: row.publisher, name: summary.name })
  const files = await deps.skills.loadPackage(versionId)
  const release = { versionId, fullName, version: semver, digest }
  const envelope = deps.trust.sign(release)
  const packed = await packSkill({ files, kind: summary.kind, name: summary.name, envelope })
  const { sha256 } = await deps.blobs.put(packed)
  const filename = archiveFileName(summary.kind, summary.name, semver)
  await move(deps, row, {
    to: 'released',
    stages: [
      { stage: 'sign', state: 'passed', message: `Signed with ${envelope.signatures[0]?.keyId ?? ''}.` },
      { stage: 'release', state: 'passed', message: `${fullName} ${semver} is public.` },
    ],
    also: async (q) => {
      await deps.trust.record(q, release, envelope)
      await deps.skills.release(q, versionId, { sha256, filename })
      await deps.audit.record(q, {
        actor: 'system',
        action: 'version.released',
        subject: versionId,
        facts: { fullName, version: semver, digest },
      })
    },
  })
}

/** One step of the pipeline. False: it waits for a person, or it has ended. */
async function step(deps: PipelineDeps, row: Row): Promise<boolean> {
  switch (row.status) {
    case 'queued':
      await move(deps, row, { to: 'validating', stages: [{ stage: 'validate', state: 'running' }] })
      return true
    case 'validating':
      await validate(deps, row)
      return true
    case 'scanning':
      await move(deps, row, {
        to: 'evaluating',
        stages: [{ stage: 'scan', state: 'not_configured', message: NOT_BUILT }],
      })
      return true
    case 'evaluating': {
      const evaluated = { stage: 'evaluate', state: 'not_configured', message: NOT_BUILT } as const
      const waits = needsReview(deps.reviewPolicy, { verified: row.publisherVerified })
      const reviewed = waits
        ? ({ stage: 'review', state: 'waiting', message: 'An administrator will look at it.' } as const)
        : ({
            stage: 'review',
            state: 'not_needed',
            message: 'The publisher is verified, or the platform asks for no review.',
          } as const)
      await move(deps, row, { to: waits ? 'in_review' : 'signing', stages: [evaluated, reviewed] })
      return true
    }
    case 'signing':
      await sign(deps, row)
      return true
    case 'in_review':
    case 'released':
    case 'rejected':
      return false
  }
}

/** Moves a submission as far as it goes by itself. Safe to run twice, at once, or again after a crash: every move is a compare-and-set. */
export async function advanceSubmission(deps: PipelineDeps, id: string): Promise<void> {
  let races = 0
  for (;;) {
    const row = await store.findSubmission(deps.database.q, id)
    if (!row) return
    try {
      if (!(await step(deps, row))) return
    } catch (error) {
      const isRace = error instanceof LostRace || brokenUniqueConstraint(error) === 'versions_number'
      races += 1
      if (!isRace || races > ORDINARY_RETRIES) throw error
    }
  }
}

const stageOf: Partial<Record<SubmissionStatus, Stage>> = {
  queued: 'validate',
  validating: 'validate',
  scanning: 'scan',
  evaluating: 'evaluate',
  signing: 'sign',
}

/** Ends a submission that broke on our side every time, so that nobody waits for it. */
export async function giveUpSubmission(deps: PipelineDeps, id: string): Promise<void> {
  const row = await store.findSubmission(deps.database.q, id)
  const stage = row && stageOf[row.status]
  if (!row || !stage) return
  await reject(deps, row, {
    stage,
    message:
      'Something broke on our side again and again. Submit it once more; if it stays, report the id of this submission.',
  })
}
