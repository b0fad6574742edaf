import { createHash } from 'node:crypto'
import { basename } from 'node:path/posix'
import { Readable } from 'node:stream'
import {
  archiveFileName,
  compareSemver,
  contentDigest,
  defaultLimits,
  fixSkillMd,
  inspectPackage,
  isPublishable,
  PackageError,
  type PackageFiles,
  type PackageInspection,
  packSkill,
} from '@guildhall/skill-format'
import {
  AppError,
  type Finding,
  fullNameOf,
  type ImportItem,
  type PackageSummary,
  SkillName,
  type Submission,
  type SubmissionId,
} from '@guildhall/contracts'
import { type Discovery, type FoundSkill, readSkill, SourceError, type SourceTree } from '@guildhall/skill-sources'
import { storableText } from '../../../platform/db/storable.ts'
import { chooseNumber } from '../rules.ts'
import * as store from '../store.ts'
import type { ImportRow } from '../store/imports.ts'
import type { ImportDeps } from './import-deps.ts'
import { archiveFinding, storableReport, unstorableFinding } from './report-findings.ts'

/** One skill of an import, and where it stands. */
export interface ImportStep {
  row: ImportRow
  tree: SourceTree
  discovery: Discovery
  skill: FoundSkill
  provenance: { repository: string; ref: string | null; commit: string }
}

/** The submission has all of them; an import with hundreds of skills is read as a whole. */
const FINDINGS_OF_ITEM = 5

interface Judged {
  files: PackageFiles
  inspection: PackageInspection
  /** What was changed or left out on the way, in words. */
  notes: string[]
  findings: Finding[]
}

type Draft = Partial<ImportItem> & Pick<ImportItem, 'outcome' | 'message'>

function itemOf({ skill }: ImportStep, draft: Draft): ImportItem {
  return {
    path: storableText(skill.directory, 1024),
    name: null,
    version: null,
    conformance: 'none',
    submissionId: null,
    ...draft,
    message: storableText(draft.message, 2000),
    findings: (draft.findings ?? []).slice(0, FINDINGS_OF_ITEM),
  }
}

function refusedBy(error: unknown, step: ImportStep): ImportItem {
  if (error instanceof PackageError)
    return itemOf(step, { outcome: 'refused', message: error.message, findings: [archiveFinding(error)] })
  // Anything else that the source says is wrong with all of it.
  if (error instanceof SourceError && error.code.startsWith('skill.'))
    return itemOf(step, { outcome: 'refused', message: error.message })
  throw error
}

/** A name that no address can carry gives way to its slug, or to the name of its folder; the old one stays in SKILL.md. */
function withUsableName(files: PackageFiles, directory: string): { files: PackageFiles; note: string | null } {
  const path = files.has('SKILL.md') ? 'SKILL.md' : 'skill.md'
  const text = new TextDecoder().decode(files.get(path))
  const folder = basename(directory)
  const hints = [undefined, ...(SkillName.safeParse(folder).success ? [folder] : [])]
  for (const hint of hints) {
    const fixed = fixSkillMd(text, hint)
    const mended = new Map(files).set(path, new TextEncoder().encode(fixed.text))
    const { summary } = inspectPackage(mended)
    const said = fixed.fixes.map(({ message }) => message).join('; ')
    if (summary) return { files: mended, note: `It is published as ${summary.name}: ${said}.` }
  }
  return { files, note: null }
}

async function judge({ tree, discovery, skill }: ImportStep): Promise<Judged> {
  const read = await readSkill(tree, { skill, discovery, limits: defaultLimits })
  const inspection = inspectPackage(read.files)
  const isNameAtFault = inspection.summary === null && inspection.conformance.level !== 'none'
  const named = isNameAtFault ? withUsableName(read.files, skill.directory) : { files: read.files, note: null }
  const leftOut = read.findings.map(({ file, message }) => `${file ?? ''}: ${message}.`)
  return {
    files: named.files,
    inspection: named.note === null ? inspection : inspectPackage(named.files),
    notes: [...(named.note === null ? [] : [named.note]), ...leftOut],
    findings: read.findings,
  }
}

/** Messages of the reference validator end with or without a full stop. */
const sentences = (message: string, remedy: string): string => `${message.replace(/\.$/, '')}. ${remedy}`

/** Why it cannot be submitted as it is; null where it can. */
function refusalOf({ inspection }: Judged, { visibility }: ImportRow): string | null {
  const { conformance, summary, readme } = inspection
  const firstError = conformance.findings.find(({ severity }) => severity === 'error')
  const reason = firstError ? sentences(firstError.message, firstError.remedy) : (conformance.specErrors[0] ?? '')
  if (summary === null) return reason || 'It does not say enough of itself.'
  const unstorable = unstorableFinding({ summary, readme })
  if (unstorable) return sentences(unstorable.message, unstorable.remedy)
  if (visibility === 'private' || isPublishable(inspection)) return null
  return `It cannot be public: ${reason} Import it with visibility private, or mend it in its repository.`
}

interface Numbered {
  version: string
  isUnchanged: boolean
  note: string | null
}

/** The number as the package says, else the patch after the newest; a number that has other content gives way, too. */
async function numberFor(
  deps: ImportDeps,
  { row }: ImportStep,
  { files, summary }: { files: PackageFiles; summary: PackageSummary },
): Promise<Numbered | Finding> {
  const { database, skills } = deps.pipeline
  const fullName = fullNameOf({ publisher: row.publisher, name: summary.name })
  const taken = await skills.takenVersions(database.q, row.publisherId, summary.name)
  const newest = taken.toSorted((a, b) => compareSemver(b.semver, a.semver))[0]
  if (newest && newest.digest === contentDigest({ fullName, version: newest.semver, files }))
    return { version: newest.semver, isUnchanged: true, note: null }
  const asDeclared = chooseNumber({ fullName, files, taken, requested: null, declared: summary.version })
  if (asDeclared.kind === 'number') return { version: asDeclared.version, isUnchanged: false, note: null }
  const next = chooseNumber({ fullName, files, taken, requested: null, declared: null })
  if (next.kind === 'refused') return next.finding
  const note = `Its package says ${summary.version ?? ''}, which was given to other content.`
  return { version: next.version, isUnchanged: false, note }
}

/** The same skill of the same import is submitted once, however often a crash makes us come by. */
function keyOf({ row, skill }: ImportStep): string {
  return `import:${row.id}:${createHash('sha256').update(skill.directory).digest('hex').slice(0, 32)}`
}

async function submit(
  deps: ImportDeps,
  step: ImportStep,
  chosen: { files: PackageFiles; summary: PackageSummary; version: string },
): Promise<Submission> {
  const { row, skill, provenance } = step
  const { files, summary, version } = chosen
  const bytes = await packSkill({ files, kind: summary.kind, name: summary.name })
  return deps.submit(
    { userId: row.createdBy },
    {
      publisher: row.publisher,
      filename: archiveFileName(summary.kind, summary.name, version),
      version,
      visibility: row.visibility ?? undefined,
      bytes: Readable.from([bytes]),
      idempotencyKey: keyOf(step),
      provenance: { kind: 'git', ...provenance, path: skill.directory },
    },
  )
}

async function place(deps: ImportDeps, step: ImportStep, judged: Judged): Promise<ImportItem> {
  const { row } = step
  const { inspection, files, notes } = judged
  const { level, specErrors } = inspection.conformance
  const all = [...judged.findings, ...inspection.conformance.findings]
  const { findings } = storableReport({ level, specErrors, findings: all })
  const known = { name: inspection.summary?.name ?? null, conformance: level, findings }
  const refusal = refusalOf(judged, row)
  const { summary } = inspection
  if (summary === null || refusal !== null)
    return itemOf(step, { ...known, outcome: 'refused', message: refusal ?? '' })
  const say = (...parts: (string | null)[]): string => [...parts, ...notes].filter(Boolean).join(' ')
  const earlier = await store.findByIdempotencyKey(deps.pipeline.database.q, row.createdBy, keyOf(step))
  if (earlier) {
    const submissionId = earlier.id as SubmissionId
    return itemOf(step, {
      ...known,
      outcome: 'submitted',
      version: earlier.requestedVersion,
      submissionId,
      message: say('Submitted.'),
    })
  }
  const number = await numberFor(deps, step, { files, summary })
  if ('rule' in number)
    return itemOf(step, { ...known, outcome: 'refused', message: sentences(number.message, number.remedy) })
  const { version, isUnchanged, note } = number
  if (isUnchanged)
    return itemOf(step, {
      ...known,
      version,
      outcome: 'unchanged',
      message: say(`${version} has exactly this content.`),
    })
  const { id } = await submit(deps, step, { files, summary, version })
  return itemOf(step, { ...known, version, outcome: 'submitted', submissionId: id, message: say('Submitted.', note) })
}

/**
 * Reads one skill, judges it and submits it as an upload would be; safe to be repeated. What is wrong with the skill is told in its item;
 * what is wrong with the source or with us is thrown.
 */
export async function importSkill(deps: ImportDeps, step: ImportStep): Promise<ImportItem> {
  try {
    return await place(deps, step, await judge(step))
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.too-large')
      return itemOf(step, { outcome: 'refused', message: error.message })
    return refusedBy(error, step)
  }
}
