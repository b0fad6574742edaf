import {
  type ConformanceReport,
  type Finding,
  fullNameOf,
  type Manifest,
  PackageSummary,
  type Permissions,
  SkillName,
} from '@guildhall/contracts'
import { type PackageFiles, skillMdPath } from '../package-files.ts'
import { errorFinding, warningFinding } from './findings.ts'
import { readMetadata } from './frontmatter-summary.ts'
import { withGeneratedSkillMd } from './generated-skill-md.ts'
import { readJsonFile } from './json-file.ts'
import { readActions } from './read-actions.ts'
import { MANIFEST_PATH, type ManifestResult, readManifest } from './read-manifest.ts'
import { readPermissions } from './read-permissions.ts'
import { undeclaredToolFindings } from './tool-findings.ts'
import { readSkillMd, type SkillMd } from './read-skill-md.ts'
import { strip } from './reference-rules.ts'
import { workflowFindings } from './workflow-findings.ts'

export interface PackageInspection {
  conformance: ConformanceReport
  /** Null where the package does not say enough, or says something wrong, to stand in a registry. */
  summary: PackageSummary | null
  /** The body of SKILL.md, as Markdown. */
  readme: string
}

export interface InspectOptions {
  /** The folder that the skill stands in; without it the name is not held against one. */
  directoryName?: string | undefined
  /** Whose skill it is; without it, nobody can tell that it depends on itself. */
  publisher?: string | undefined
}

/**
 * Judges a package: the conformance level of its SKILL.md, every finding with its place and remedy, and what it says of
 * itself. Pure; never throws, whatever the files hold. A package without SKILL.md is judged with the generated one.
 */
export function inspectPackage(given: PackageFiles, options: InspectOptions = {}): PackageInspection {
  const files = withGeneratedSkillMd(given)
  const skillMd = readSkillMd(files, options.directoryName)
  const manifest = readManifest(files)
  const permissions = readPermissions(files)
  const parts =
    manifest.status === 'absent'
      ? describeInstructions(skillMd, files)
      : describeExecutable(files, manifest, { skillMd, permissions: permissions.permissions })
  const naming = nameFindings(skillMd, files)
  const summary = completed(parts.summary, permissions.permissions)
  const itself = selfFindings(
    summary,
    options.publisher,
    manifest.status === 'absent' ? skillMdPath(files) : MANIFEST_PATH,
  )
  const findings = [skillMd.findings, naming, parts.findings, permissions.findings, itself, sideFiles(files)].flat()
  return {
    conformance: { level: skillMd.level, specErrors: skillMd.specErrors, findings },
    summary,
    readme: skillMd.body,
  }
}

/** Null unless everything is there and fits the contract: a name that no address can carry ends here. */
function completed(draft: Draft | null, permissions: Permissions | null): PackageSummary | null {
  if (draft === null || permissions === null) return null
  return PackageSummary.safeParse({ ...draft, permissions }).data ?? null
}

/** May be published: *spec* or better, complete, and without a finding of severity error. */
export function isPublishable({ conformance, summary }: PackageInspection): boolean {
  const isSpec = conformance.level === 'spec' || conformance.level === 'portable'
  return isSpec && summary !== null && conformance.findings.every((finding) => finding.severity !== 'error')
}

/** The summary before its permissions and its last check. */
type Draft = Omit<PackageSummary, 'permissions' | 'name' | 'description'> &
  Record<'name' | 'description', string | null>
interface Description {
  summary: Draft | null
  findings: Finding[]
}

function textField({ fields }: SkillMd, key: string): string | null {
  const value = fields?.get(key)
  return typeof value === 'string' && strip(value) !== '' ? strip(value) : null
}

function describeInstructions(skillMd: SkillMd, files: PackageFiles): Description {
  const path = skillMdPath(files)
  if (path === null) return { summary: null, findings: [] }
  const { findings, ...metadata } = readMetadata(skillMd.fields, path, skillMd.lines.get('metadata') ?? null)
  const summary: Draft = {
    ...metadata,
    name: textField(skillMd, 'name'),
    description: textField(skillMd, 'description'),
    license: textField(skillMd, 'license'),
    kind: 'instructions',
    entry: null,
    actions: {},
  }
  return { summary, findings }
}

interface ExecutableContext {
  skillMd: SkillMd
  permissions: Permissions | null
}

function describeExecutable(
  files: PackageFiles,
  result: Exclude<ManifestResult, { status: 'absent' }>,
  { skillMd, permissions }: ExecutableContext,
): Description {
  if (result.status === 'invalid') return { summary: null, findings: result.findings }
  const { manifest } = result
  const { actions, findings: actionFindings } = readActions(files, manifest)
  const calls =
    manifest.kind === 'workflow'
      ? workflowFindings(files, { manifest, actions, permissions })
      : undeclaredToolFindings(files, manifest.entry, permissions)
  const path = skillMdPath(files) ?? 'SKILL.md'
  const { findings: _, ...metadata } = readMetadata(skillMd.fields, path, null)
  const findings = [
    ...result.findings,
    ...actionFindings,
    ...agreementFindings(skillMd, manifest, metadata.version),
    ...calls,
  ]
  const isBroken = findings.some((finding) => finding.severity === 'error')
  const summary: Draft = {
    name: manifest.name,
    version: manifest.version ?? metadata.version,
    displayName: manifest.displayName ?? metadata.displayName,
    description: textField(skillMd, 'description') ?? manifest.description ?? null,
    kind: manifest.kind,
    entry: manifest.entry,
    license: manifest.license ?? textField(skillMd, 'license'),
    category: manifest.category ?? metadata.category,
    tags: manifest.tags.length > 0 ? manifest.tags : metadata.tags,
    actions,
    dependencies: manifest.dependencies,
  }
  return { summary: isBroken ? null : summary, findings }
}

function agreementFindings(skillMd: SkillMd, manifest: Manifest, version: string | null): Finding[] {
  const findings: Finding[] = []
  const name = textField(skillMd, 'name')
  if (name !== null && name !== manifest.name)
    findings.push(
      errorFinding(
        'manifest.name-differs',
        { file: MANIFEST_PATH },
        {
          message: `manifest.json says ${manifest.name}, SKILL.md says ${name}`,
          remedy: 'Give both the same name.',
        },
      ),
    )
  if (skillMd.fields === null && manifest.description === undefined)
    findings.push(
      errorFinding(
        'manifest.description-missing',
        { file: MANIFEST_PATH },
        {
          message: 'Without a SKILL.md the manifest must have a description',
          remedy: 'Add a description to manifest.json, or a SKILL.md.',
        },
      ),
    )
  if (version !== null && manifest.version !== undefined && version !== manifest.version)
    findings.push(
      warningFinding(
        'manifest.version-differs',
        { file: MANIFEST_PATH },
        {
          message: `manifest.json says ${manifest.version}, the metadata of SKILL.md says ${version}`,
          remedy: 'Keep the version in one place; the manifest counts.',
        },
      ),
    )
  return findings
}

/** The specification takes letters of every script, the address of a skill takes fewer. */
function nameFindings(skillMd: SkillMd, files: PackageFiles): Finding[] {
  const name = textField(skillMd, 'name')
  if (name === null || SkillName.safeParse(name).success) return []
  if (skillMd.level !== 'spec' && skillMd.level !== 'portable') return []
  const words = {
    message: `${name} cannot be the name of a skill in a registry`,
    remedy: 'Use a-z, 0-9 and single hyphens; keep the other name as metadata display-name.',
  }
  const line = skillMd.lines.get('name') ?? 1
  return [{ ...errorFinding('name.not-registrable', { file: skillMdPath(files) ?? 'SKILL.md' }, words), line }]
}

function selfFindings(summary: PackageSummary | null, publisher: string | undefined, file: string | null): Finding[] {
  if (summary === null || publisher === undefined) return []
  const fullName = fullNameOf({ publisher, name: summary.name })
  if (!Object.hasOwn(summary.dependencies, fullName)) return []
  const words = { message: `The skill depends on itself: ${fullName}`, remedy: 'Take it out of the dependencies.' }
  return [errorFinding('dependency.itself', { file: file ?? MANIFEST_PATH }, words)]
}

/** Files that are read by others must at least be JSON. */
function sideFiles(files: PackageFiles): Finding[] {
  return ['ui-schema.json', 'evals/evals.json'].flatMap((path) => {
    const json = readJsonFile(files, path)
    return json.status === 'invalid' ? [json.finding] : []
  })
}
