import type { ActionSchemas, Provenance, SkillDetails, SkillSummary, VersionDetails } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { permissionLines } from './permission-lines.ts'
import { plainLine, plainText, wrap } from './plain-text.ts'

const day = (instant: string): string => instant.slice(0, 10)

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`

function deprecationLines({ deprecation }: { deprecation: string | null }, paint: Paint): string[] {
  return deprecation === null ? [] : [`  ${paint.yellow(`deprecated: ${plainLine(deprecation)}`)}`]
}

const row = (label: string, text: string, paint: Paint): string => `  ${paint.dim(label.padEnd(12))}${text}`

/** A found skill in two lines: its name with the facts to compare, and what it does. */
export function skillSummaryLines(skill: SkillSummary, paint: Paint, width: number): string[] {
  const facts = [skill.kind, skill.category, count(skill.installCount, 'install', 'installs')]
  if (skill.visibility === 'private') facts.push('private')
  return [
    `${paint.accent(`@${skill.publisher}/${skill.name}`)}  ${skill.latestVersion}  ${paint.dim(facts.join(', '))}`,
    ...deprecationLines(skill, paint),
    `  ${plainLine(skill.description, width - 2)}`,
  ]
}

function actionLines(actions: ActionSchemas, paint: Paint): string[] {
  return Object.entries(actions).map(([name, action]) => {
    const fields = Object.keys(asRecord(action.input['properties'])).join(', ')
    return `  ${paint.bold(name)}${fields === '' ? '' : paint.dim(` { ${plainLine(fields, 60)} }`)}  ${plainLine(action.description, 100)}`
  })
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Everything about a skill that fits on a screen. */
export function skillDetailsLines(skill: SkillDetails, paint: Paint, width: number): string[] {
  const fullName = `@${skill.publisher}/${skill.name}`
  return [
    `${paint.bold(plainLine(skill.displayName))}  ${paint.accent(fullName)}  ${skill.latestVersion}`,
    ...deprecationLines(skill, paint),
    ...wrap(plainLine(skill.description), width),
    '',
    row('publisher', `${skill.publisher}${skill.publisherVerified ? ' (verified)' : ''}`, paint),
    row('kind', `${skill.kind}${skill.runnable ? '' : ' (not runnable on this server)'}`, paint),
    row('category', [skill.category, ...skill.tags.map((tag) => `#${plainLine(tag)}`)].join('  '), paint),
    row('license', plainLine(skill.license ?? 'not stated', 80), paint),
    row('conformance', skill.conformance, paint),
    row('visibility', skill.visibility, paint),
    row('installs', `${skill.installCount}, ${count(skill.downloadCount, 'download', 'downloads')}`, paint),
    row('published', `${day(skill.publishedAt)}, updated ${day(skill.updatedAt)}`, paint),
    row('digest', `sha256 ${skill.digest}`, paint),
    '',
    paint.bold('Permissions'),
    ...permissionLines(skill.permissionStatements, paint),
    ...(Object.keys(skill.actions).length === 0
      ? []
      : ['', paint.bold('Actions'), ...actionLines(skill.actions, paint)]),
    '',
    `Install it into your agents:  guildhall add ${fullName}`,
  ]
}

function originOf(provenance: Provenance | null): string {
  if (provenance === null) return 'not recorded'
  if (provenance.kind === 'upload') return `uploaded as ${plainLine(provenance.filename)}`
  const { repository, commit, path } = provenance
  return `${plainLine(repository)} at ${commit.slice(0, 12)}${path === '' ? '' : `, folder ${plainLine(path)}`}`
}

/** Everything about one version that fits on a screen. */
export function versionDetailsLines(version: VersionDetails, paint: Paint): string[] {
  const signers = version.signature?.signatures.map(({ keyId, signer }) => `${plainLine(keyId)} (${signer})`) ?? []
  const needs = Object.entries(version.dependencies).map(([name, range]) => `${name}@${plainLine(range)}`)
  return [
    `${paint.accent(version.fullName)}  ${version.version}  ${paint.dim([version.status, ...version.tags].join(', '))}`,
    ...(version.statusReason === null ? [] : [`  ${paint.yellow(plainLine(version.statusReason))}`]),
    ...deprecationLines(version, paint),
    '',
    row('released', version.releasedAt === null ? 'not yet' : day(version.releasedAt), paint),
    row('conformance', version.conformance, paint),
    row('from', originOf(version.provenance), paint),
    row('files', `${version.fileCount}, ${version.sizeBytes} bytes`, paint),
    row('needs', needs.length === 0 ? 'no other skill' : needs.join(', '), paint),
    row('digest', `sha256 ${version.digest}`, paint),
    row('signed by', signers.join(', ') || 'nobody', paint),
    ...(version.signedAs === version.fullName ? [] : [row('signed as', version.signedAs, paint)]),
    ...(version.changelog === null ? [] : ['', paint.bold('What is new'), plainText(version.changelog)]),
    '',
    paint.bold('Permissions'),
    ...permissionLines(version.permissionStatements, paint),
    ...(Object.keys(version.actions).length === 0
      ? []
      : ['', paint.bold('Actions'), ...actionLines(version.actions, paint)]),
  ]
}
