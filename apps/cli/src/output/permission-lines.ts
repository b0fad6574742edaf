import type { PermissionStatement, Risk } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { plainLine } from './plain-text.ts'

const riskLabel = (risk: Risk, paint: Paint): string => {
  const label = `${risk} risk`.padEnd(11)
  if (risk === 'high') return paint.red(label)
  return risk === 'medium' ? paint.yellow(label) : paint.dim(label)
}

/** Every permission in words, as on the skill's page. */
export function permissionLines(statements: readonly PermissionStatement[], paint: Paint): string[] {
  if (statements.length === 0) return ['  It asks for no permissions.']
  return statements.flatMap(({ risk, title, consequence }) => [
    `  ${riskLabel(risk, paint)}  ${paint.bold(plainLine(title))}`,
    `  ${' '.repeat(11)}  ${plainLine(consequence)}`,
  ])
}
