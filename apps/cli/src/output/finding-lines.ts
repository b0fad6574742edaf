import type { ConformanceReport, Finding } from '@guildhall/contracts'
import type { Paint } from './paint.ts'
import { plainLine, plainText } from './plain-text.ts'

const mark = (severity: Finding['severity'], paint: Paint): string => {
  if (severity === 'error') return paint.red('error  ')
  return severity === 'warning' ? paint.yellow('warning') : paint.dim('info   ')
}

function placeOf({ file, line }: Finding): string {
  if (file === null) return ''
  return line === null ? plainLine(file) : `${plainLine(file)}:${line}`
}

/** One finding: what and where in one line, how to mend it below. */
export function findingLines(finding: Finding, paint: Paint): string[] {
  const place = placeOf(finding)
  return [
    `  ${mark(finding.severity, paint)}  ${plainText(finding.message)}  ${paint.dim([place, finding.rule].filter(Boolean).join('  '))}`,
    ...(finding.remedy === '' ? [] : [`           ${plainText(finding.remedy)}`]),
  ]
}

const levelWords: Record<ConformanceReport['level'], string> = {
  none: 'not a skill yet',
  loadable: 'loadable: lenient agents accept it, the reference validator does not',
  spec: 'spec: satisfies the reference validator',
  portable: 'portable: works in every known agent',
}

/** The level in words, then every finding. */
export function conformanceLines(report: ConformanceReport, paint: Paint): string[] {
  const words = levelWords[report.level]
  const isGood = report.level === 'spec' || report.level === 'portable'
  return [
    `  ${isGood ? paint.green(words) : paint.red(words)}`,
    ...report.findings.flatMap((finding) => findingLines(finding, paint)),
  ]
}
