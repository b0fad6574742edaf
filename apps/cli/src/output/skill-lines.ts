import type { ActionSchemas, SkillDetails, SkillSummary } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { permissionLines } from './permission-lines.ts'
import { plainLine, wrap } from './plain-text.ts'

const day = (instant: string): string => instant.slice(0, 10)

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`

/** A found skill in two lines: its name with the facts to compare, and what it does. */
export function skillSummaryLines(skill: SkillSummary, paint: Paint, width: number): string[] {
  const facts = [skill.kind, skill.category, count(skill.installCount, 'install', 'installs')].join(', ')
  return [
    `${paint.accent(`@${skill.publisher}/${skill.name}`)}  ${skill.latestVersion}  ${paint.dim(facts)}`,
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
  const row = (label: string, text: string) => `  ${paint.dim(label.padEnd(12))}${text}`
  return [
    `${paint.bold(plainLine(skill.displayName))}  ${paint.accent(fullName)}  ${skill.latestVersion}`,
    ...wrap(plainLine(skill.description), width),
    '',
    row('publisher', `${skill.publisher}${skill.publisherVerified ? ' (verified)' : ''}`),
    row('kind', `${skill.kind}${skill.runnable ? '' : ' (not runnable on this server)'}`),
    row('category', [skill.category, ...skill.tags.map((tag) => `#${plainLine(tag)}`)].join('  ')),
    row('license', plainLine(skill.license ?? 'not stated', 80)),
    row('conformance', skill.conformance),
    row('installs', String(skill.installCount)),
    row('published', `${day(skill.publishedAt)}, updated ${day(skill.updatedAt)}`),
    row('digest', `sha256 ${skill.digest}`),
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
