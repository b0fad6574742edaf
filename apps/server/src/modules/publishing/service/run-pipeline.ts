import { fileDigests, type PackageFiles, type PackageInspection } from '@guildhall/skill-format'
import {
  AppError,
  fullNameOf,
  type PackageSummary,
  type Provenance,
  type Stage,
  type SubmissionStatus,
} from '@guildhall/contracts'
import { brokenUniqueConstraint } from '../../../platform/db/sql-state.ts'
import { chooseNumber, withStage } from '../rules.ts'
import * as store from '../store.ts'
import { judgeDependencies } from './judge-dependencies.ts'
import { generateChangelog } from './generate-changelog.ts'
import { inspectUpload } from './inspect-upload.ts'
import { isGoodEnough, judgeVisibility } from './judge-visibility.ts'
import { LostRace, move, type PipelineDeps, reject, type Row } from './move-submission.ts'
import { reviewOrSign } from './review-or-sign.ts'
import { signRelease } from './sign-release.ts'

const NOT_BUILT = 'This server has no checker for this stage; nothing was checked.'

const ORDINARY_RETRIES = 3

async function uploadOfRow(deps: PipelineDeps, row: Row): Promise<Uint8Array> {
  const bytes = await deps.blobs.get(row.uploadSha256)
  if (!bytes) throw new Error(`the upload ${row.uploadSha256} is missing among the blobs`)
  return bytes
}

interface Accepted {
  files: PackageFiles
  inspection: PackageInspection
  summary: PackageSummary
  semver: string
  digest: string
  /** As given, else what changed since the version before. */
  changelog: string | null
}

/** What validation found: a version to be, or why not and what to tell the publisher. */
type Judgement = { waits: string } | { accepted: Accepted } | { refused: string; change: store.SubmissionChange }

/** What names the dependencies of an executable skill; an instructions skill names them in SKILL.md. */
const MANIFEST = 'manifest.json'
const dependencyFileOf = (files: PackageFiles): string => (files.has(MANIFEST) ? MANIFEST : 'SKILL.md')

const NOT_CONFORMING = 'The package does not conform to the specification; see the findings.'

const nameUseOf = (deps: PipelineDeps, row: Row, name: string) =>
  deps.skills.lookUpName(deps.database.q, { publisher: row.publisher, name, ownerUserId: row.publisherOwner })

/** Says that a submission waits, once. */
async function noteWaiting(deps: PipelineDeps, row: Row, message: string): Promise<void> {
  if (row.stages.some(({ stage, state }) => stage === 'validate' && state === 'waiting')) return
  await move(deps, row, { to: row.status, stages: [{ stage: 'validate', state: 'waiting', message }] })
}

async function judge(deps: PipelineDeps, row: Row): Promise<Judgement> {
  const upload = await inspectUpload(await uploadOfRow(deps, row), { publisher: row.publisher })
  if (upload.kind === 'unreadable') return { refused: upload.finding.message, change: { findings: [upload.finding] } }
  const { conformance, summary } = upload.inspection
  const { findings } = conformance
  if (upload.kind === 'unstorable') {
    return { refused: upload.finding.message, change: { conformance, findings: [...findings, upload.finding] } }
  }
  const { files, inspection } = upload
  const found = { conformance, findings, summary, skillName: summary?.name ?? null }
  if (!summary) return { refused: NOT_CONFORMING, change: found }
  const fullName = fullNameOf({ publisher: row.publisher, name: summary.name })
  const verdict = judgeVisibility(fullName, await nameUseOf(deps, row, summary.name), row.visibility)
  if ('refused' in verdict) {
    return { refused: verdict.refused.message, change: { ...found, findings: [...findings, verdict.refused] } }
  }
  if (!isGoodEnough(inspection, verdict.visibility)) return { refused: NOT_CONFORMING, change: found }
  const taken = await deps.skills.takenVersions(deps.database.q, row.publisherId, summary.name)
  const choice = chooseNumber({ fullName, files, requested: row.requestedVersion, declared: summary.version, taken })
  if (choice.kind === 'refused') {
    return { refused: choice.finding.message, change: { ...found, findings: [...findings, choice.finding] } }
  }
  const needs = await judgeDependencies(deps, row, {
    fullName,
    dependencies: summary.dependencies,
    visibility: verdict.visibility,
    ownerUserId: row.publisherOwner,
    file: dependencyFileOf(files),
  })
  if (needs.kind === 'waits') return { waits: needs.message }
  if (needs.kind === 'refused') {
    return { refused: needs.finding.message, change: { ...found, findings: [...findings, needs.finding] } }
  }
  const { version: semver, digest } = choice
  const changelog = row.changelog ?? (await generateChangelog(deps, { semver, files, summary, taken }))
  return { accepted: { files, inspection, summary, semver, digest, changelog } }
}

const uploadOf = ({ filename, uploadSha256 }: Row): Provenance => ({ kind: 'upload', filename, sha256: uploadSha256 })

/** False: it waits for another submission. */
async function validate(deps: PipelineDeps, row: Row): Promise<boolean> {
  const judgement = await judge(deps, row)
  if ('waits' in judgement) {
    await noteWaiting(deps, row, judgement.waits)
    return false
  }
  if ('refused' in judgement) {
    await reject(deps, row, { stage: 'validate', message: judgement.refused, change: judgement.change })
    return true
  }
  const { files, inspection, summary, semver, digest, changelog } = judgement.accepted
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
  const { publisherId, publisher, createdBy, visibility, provenance } = row
  const content = { summary, semver, digest, readme, conformance, files: fileDigests(files) }
  const version = { ...content, changelog, createdBy, visibility, provenance: provenance ?? uploadOf(row) }
  await deps.database.transaction(async (q) => {
    const { versionId } = await deps.skills.addVersion(q, { ...version, publisherId, publisherHandle: publisher })
    const change: store.SubmissionChange = { ...found, versionId }
    const isOurs = await store.moveSubmission(q, { id: row.id, from: row.status, to: 'scanning', change, now })
    if (!isOurs) throw new LostRace()
  })
  return true
}

/** One step of the pipeline. False: it waits for a person or for another submission, or it has ended. */
async function step(deps: PipelineDeps, row: Row): Promise<boolean> {
  switch (row.status) {
    case 'queued':
      await move(deps, row, { to: 'validating', stages: [{ stage: 'validate', state: 'running' }] })
      return true
    case 'validating':
      return validate(deps, row)
    case 'scanning':
      await move(deps, row, {
        to: 'evaluating',
        stages: [{ stage: 'scan', state: 'not_configured', message: NOT_BUILT }],
      })
      return true
    case 'evaluating':
      await reviewOrSign(deps, row)
      return true
    case 'signing':
      await signRelease(deps, row)
      return true
    case 'in_review':
    case 'released':
    case 'rejected':
      return false
  }
}

/** The number or the name was free when we looked. */
function isTaken(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'skill.name-taken'
  return brokenUniqueConstraint(error) === 'versions_number'
}

/**
 * Moves a submission as far as it goes by itself. Safe to run twice, at once, or again after a crash: every move is a compare-and-set.
 * True: it waits for another submission and wants to be run again in a moment.
 */
export async function advanceSubmission(deps: PipelineDeps, id: string): Promise<boolean> {
  let races = 0
  for (;;) {
    const row = await store.findSubmission(deps.database.q, id)
    if (!row) return false
    try {
      if (!(await step(deps, row))) return row.status === 'validating'
    } catch (error) {
      const isRace = error instanceof LostRace || isTaken(error)
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

/**
 * Ends the submission of a version that was rejected because its skill was renamed, handed over or removed. Throws where the submission
 * moves at the same time: try again.
 */
export async function dropSubmission(deps: PipelineDeps, versionId: string): Promise<void> {
  const row = await store.findByVersion(deps.database.q, versionId)
  if (!row || row.status === 'released' || row.status === 'rejected') return
  const { statusReason } = await deps.skills.versionById(deps.database.q, versionId)
  const message = statusReason ?? 'The version was taken out of the release.'
  const isDone = await reject(deps, row, { stage: stageOf[row.status] ?? 'review', message })
  if (!isDone) throw new LostRace(`the submission ${row.id} moved while it was to be dropped`)
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
