import { compareSemver, contentDigest, nextPatch, PackageError, type PackageFiles } from '@guildhall/skill-format'
import { rcompare, valid } from 'semver'
import type { Finding, Stage, StageResult, StageState, VersionStatus, Visibility } from '@guildhall/contracts'

const STAGES: readonly Stage[] = ['validate', 'scan', 'evaluate', 'review', 'sign', 'release']

export function initialStages(): StageResult[] {
  return STAGES.map((stage) => ({ stage, state: 'pending', message: null, startedAt: null, finishedAt: null }))
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

/** Why an administrator has to look before a release, as the end of a sentence; null where nobody has to. */
export function reviewReason(policy: ReviewPolicy, publisher: { verified: boolean }): string | null {
  switch (policy) {
    case 'everyone':
      return 'this server asks for that before every public release'
    case 'unverified':
      return publisher.verified ? null : 'its publisher is not verified'
    case 'nobody':
      return null
  }
}

/** Whether an administrator has to look before a release. */
export function needsReview(policy: ReviewPolicy, publisher: { verified: boolean }): boolean {
  return reviewReason(policy, publisher) !== null
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

type Taken = NumberRequest['taken'][number]

/** Why the number that was asked for cannot be given; null where it can. */
function refusalOf(asked: string, request: NumberRequest, newest: Taken | undefined): NumberChoice | null {
  const { fullName, taken } = request
  if (valid(asked) === null) {
    return refuse(
      'version.invalid',
      `${asked} is not a version that can be compared with others`,
      'Use numbers up to 9007199254740991.',
    )
  }
  if (!taken.some((one) => one.semver === asked)) return null
  const free = numberAfter(newest?.semver ?? asked) ?? 'one with a higher minor part'
  return refuse(
    'version.exists',
    `${fullName} ${asked} exists with other content`,
    `Versions are immutable: publish a higher number, such as ${free}.`,
  )
}

/** Picks the number of a new version: as asked, as the package says, or the patch after the newest. A taken number is never given again. */
export function chooseNumber(request: NumberRequest): NumberChoice {
  const { fullName, files, taken } = request
  const digestAs = (version: string): string => contentDigest({ fullName, version, files })
  const asked = request.requested ?? request.declared
  const newest = taken.toSorted((a, b) => rcompare(a.semver, b.semver))[0]
  const compared = asked === null ? newest : taken.find((one) => one.semver === asked)
  if (compared && compared.digest === digestAs(compared.semver)) {
    const message = `${fullName} ${compared.semver} has exactly this content`
    return refuse('version.unchanged', message, 'Nothing to publish; change a file first.')
  }
  if (asked !== null) {
    return refusalOf(asked, request, newest) ?? { kind: 'number', version: asked, digest: digestAs(asked) }
  }
  const version = numberAfter(newest?.semver ?? null)
  if (version !== null) return { kind: 'number', version, digest: digestAs(version) }
  const message = `No patch number is left after ${newest?.semver ?? ''}`
  return refuse('version.exhausted', message, 'Ask for a number yourself, with a higher minor or major part.')
}

/** The highest version below a number that is given out, to compare it with; null where there is none. */
export function releasedBefore<T extends { semver: string; status: VersionStatus }>(
  taken: readonly T[],
  semver: string,
): T | null {
  const lower = taken.filter(({ status, ...one }) => isGivenOut(status) && compareSemver(one.semver, semver) < 0)
  return lower.toSorted((a, b) => compareSemver(b.semver, a.semver))[0] ?? null
}

const isGivenOut = (status: VersionStatus): boolean => status === 'released' || status === 'yanked'

/** Whether strangers have not seen a skill yet: what they never saw has only versions on their way. */
export function isNewToStrangers(visibility: Visibility, taken: readonly { status: VersionStatus }[]): boolean {
  return visibility === 'private' || taken.every(({ status }) => status === 'pending')
}

const UNSHOWABLE = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/u

/** Whether a reviewer sees the name of an upload as it is: no control characters, no marks that change the direction of text. */
export function isShowableFilename(filename: string): boolean {
  return !UNSHOWABLE.test(filename)
}
