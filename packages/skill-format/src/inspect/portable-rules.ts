import type { Finding } from '@guildhall/contracts'
import type { ReferenceError } from './reference-rules.ts'
import type { StrictMap } from './strict-yaml.ts'

const MAX_LINES = 500

export interface PortableInput {
  fields: StrictMap
  lines: ReadonlyMap<string, number>
  text: string
  path: string
  isCleanlyClosed: boolean
  /** What the reference validator already said; it need not be said twice of a name. */
  errors: readonly ReferenceError[]
}

/**
 * What stands between *spec* and *portable*: things that the specification allows and some known client does not take.
 * Directory name and block YAML are already part of *spec*.
 */
export function portableFindings({ fields, lines, text, path, isCleanlyClosed, errors }: PortableInput): Finding[] {
  const findings: Finding[] = []
  const report = (rule: string, line: number | null, words: { message: string; remedy: string }) =>
    findings.push({ rule, severity: 'warning', file: path, line, ...words })
  const name = fields.get('name')
  const description = fields.get('description')
  const isNameFaulty = errors.some((error) => error.key === 'name')
  if (typeof name === 'string' && !isNameFaulty && !/^[a-z0-9-]*$/.test(name))
    report('portable.name-ascii', lines.get('name') ?? 1, {
      message: 'Some clients take only a-z, 0-9 and hyphens in a name, without quotes or spaces around it',
      remedy: 'Choose a name of these characters; keep the other one as metadata display-name.',
    })
  if (typeof description === 'string' && /[<>]/.test(description))
    report('portable.description-angle', lines.get('description') ?? 1, {
      message: 'Some clients refuse < and > in a description',
      remedy: 'Write it without angle brackets.',
    })
  if (!isCleanlyClosed)
    report('portable.closing-fence', null, {
      message: 'The closing --- of the frontmatter does not stand on a line of its own',
      remedy: 'Put the closing --- on its own line, and write no --- inside the frontmatter.',
    })
  const lineCount = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  if (lineCount >= MAX_LINES)
    report('portable.too-long', MAX_LINES, {
      message: `SKILL.md has ${lineCount} lines; clients advise under ${MAX_LINES}`,
      remedy: 'Move details into files under references/ and point to them.',
    })
  return findings
}
