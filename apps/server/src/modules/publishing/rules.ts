import { contentDigest, nextPatch, PackageError, type PackageFiles } from '@guildhall/skill-format'
import { rcompare, valid } from 'semver'
import type { ConformanceReport, Finding, PackageSummary, Stage, StageResult, StageState } from '@guildhall/contracts'
import { isStorable, storableText } from '../../platform/db/storable.ts'

const STAGES: readonly Stage[] = ['validate', 'scan', 'evaluate', 'review', 'sign', 'release']

export function initialStages(): StageResult[] {
  return STAGES.map((stage) => ({ stage, state: 'pending', message: null, startedAt: null, finishedAt: null }))
}

/** What a broken archive is reported as. The names of its entries are hostile: they are cut and cleaned for whoever reads them. */
export function archiveFinding({ code, message, remedy, facts }: PackageError): Finding {
  const file = facts.path === undefined ? null : storableText(facts.path, 1024)
  return { rule: code, severity: 'error', message: storableText(message, 2000), file, line: null, remedy }
}

/** Refuses texts that cannot be stored; null where there are none. */
export function unstorableFinding(read: { summary: PackageSummary | null; readme: string }): Finding | null {
  const file = isStorable(read.readme)
    ? isStorable(read.summary)
      ? null
      : 'what the package says of itself'
    : 'SKILL.md'
  if (file === null) return null
  const message = `${file} holds the character NUL or half a surrogate pair`
  const remedy = 'Save the files as UTF-8 text without control characters, and take such escapes out of quoted texts.'
  return {
    rule: 'text.not-storable',
    severity: 'error',
    message,
    file: file === 'SKILL.md' ? file : null,
    line: null,
    remedy,
  }
}

/** The report as it can be stored, whatever it quotes. */
export function storableReport({ level, specErrors, findings }: ConformanceReport): ConformanceReport {
  return {
    level,
    specErrors: specErrors.map((message) => storableText(message, 10_000)),
    findings: findings.map((finding) => ({
      ...finding,
      message: storableText(finding.message, 2000),
      remedy: storableText(finding.remedy, 2000),
      file: finding.file === null ? null : storableText(finding.file, 1024),
    })),
  }
}

const ENDS: ReadonlySet<StageState> = new Set(['passed', 'failed', 'not_configured', 'not_needed'])

/** The stages with one of them moved to a new state at `now`. */
export function withStage(
  stages: readonly StageResult[],
  moved: { stage: Stage; state: StageState; message?: string | null; now: Date },
): StageResult[] {
  const at = moved.now.toISOString()
  return stages.map((stage) =>
    stage.stage === moved.stage
      ? {
          ...stage,
          state: moved.state,
          message: moved.message ?? null,
          startedAt: stage.startedAt ?? at,
          finishedAt: ENDS.has(moved.state) ? at : null,
        }
      : stage,
  )
}

export type ReviewPolicy = 'everyone' | 'unverified' | 'nobody'

/** Whether an administrator has to look before a release. */
export function needsReview(policy: ReviewPolicy, publisher: { verified: boolean }): boolean {
  switch (policy) {
    case 'everyone':
      return true
    case 'unverified':
      return !publisher.verified
    case 'nobody':
      return false
  }
}

export interface NumberRequest {
  fullName: string
  files: PackageFiles
  /** The number the uploader asked for, and the one the package names. */
  requested: string | null
  declared: string | null
  taken: readonly { semver: string; digest: string }[]
}

export type NumberChoice = { kind: 'number'; version: string; digest: string } | { kind: 'refused'; finding: Finding }

function refuse(rule: string, message: string, remedy: string): NumberChoice {
  return { kind: 'refused', finding: { rule, severity: 'error', message, file: null, line: null, remedy } }
}

/** The patch after the newest; null where no number is left after it. */
function numberAfter(newest: string | null): string | null {
  try {
    return nextPatch(newest)
  } catch (error) {
    if (error instanceof PackageError) return null
    throw error
  }
}

/** Picks the number of a new version: as asked, as the package says, or the patch after the newest. A taken number is never given again. */
export function chooseNumber(request: NumberRequest): NumberChoice {
  const { fullName, files, taken } = request
  const digestAs = (version: string): string => contentDigest({ fullName, version, files })
  const asked = request.requested ?? request.declared
  if (asked !== null && valid(asked) === null) {
    return refuse(
      'version.invalid',
      `${asked} is not a version that can be compared with others`,
      'Use numbers up to 9007199254740991.',
    )
  }
  const newest = [...taken].sort((a, b) => rcompare(a.semver, b.semver))[0]
  const same = taken.find((one) => one.semver === (asked ?? newest?.semver) && one.digest === digestAs(one.semver))
  if (same)
    return refuse(
      'version.unchanged',
      `${fullName} ${same.semver} has exactly this content`,
      'Nothing to publish; change a file first.',
    )
  if (asked !== null && taken.some((one) => one.semver === asked)) {
    return refuse(
      'version.exists',
      `${fullName} ${asked} exists with other content`,
      `Versions are immutable: publish a higher number, such as ${numberAfter(newest?.semver ?? asked) ?? 'a higher minor one'}.`,
    )
  }
  const version = asked ?? numberAfter(newest?.semver ?? null)
  if (version === null) {
    return refuse(
      'version.exhausted',
      `No patch number is left after ${newest?.semver ?? ''}`,
      'Ask for a number yourself, with a higher minor or major part.',
    )
  }
  return { kind: 'number', version, digest: digestAs(version) }
}
