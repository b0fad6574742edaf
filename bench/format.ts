import { inspectPackage, type PackageFiles } from '@guildhall/skill-format'
import { parseStrictYaml } from '../packages/skill-format/src/inspect/strict-yaml.ts'
import type { Row } from './measure.ts'

const FILES = 15_000

/** Frontmatters as they are found in public: half of them need more than plain keys, a third do not conform. */
const FRONTMATTERS: readonly ((name: string) => string)[] = [
  (name) => `name: ${name}\ndescription: Does something with files. Use it when files need something done.\n`,
  (name) =>
    `name: ${name}\ndescription: >\n  Does something\n  over several lines.\nlicense: MIT\nmetadata:\n  author: somebody\n  version: "1.0.0"\n`,
  (name) =>
    `name: ${name}\ndescription: "Quoted: with a colon, \\"quotes\\" and an é."\nallowed-tools: Read Grep Bash(git:*)\n`,
  (name) => `name: ${name}\ndescription: Not conforming.\nallowed-tools: [Read, Grep]\nversion: 1.0.0\n`,
  (name) => `name: ${name}\ndescription: Use when: asked\nargument-hint: [file]\n`,
  (name) =>
    `name: ${name}\ndescription: A long one. ${'Words and more words. '.repeat(30)}\ncompatibility: Needs git\n`,
]

function skillMd(index: number): PackageFiles {
  const name = `skill-${index}`
  const frontmatter = FRONTMATTERS[index % FRONTMATTERS.length]?.(name) ?? ''
  const body = `# ${name}\n\n${'A line of instructions, as long as lines are.\n'.repeat(20 + (index % 200))}`
  return new Map([['SKILL.md', Buffer.from(`---\n${frontmatter}---\n\n${body}`)]])
}

/** The whole report for 15,000 different files, against only parsing their frontmatters. */
export function benchFormat(): Promise<Row[]> {
  const skills = Array.from({ length: FILES }, (_, index) => skillMd(index))
  const bareBegun = performance.now()
  for (const files of skills) {
    const [, frontmatter = ''] = Buffer.from(files.get('SKILL.md') ?? '')
      .toString('utf8')
      .split('---', 2)
    parseStrictYaml(frontmatter)
  }
  const bareSeconds = (performance.now() - bareBegun) / 1000
  const begun = performance.now()
  for (const [index, files] of skills.entries()) inspectPackage(files, { directoryName: `skill-${index}` })
  const seconds = (performance.now() - begun) / 1000
  const baseline = `parsing their YAML alone (${bareSeconds.toFixed(2)} s)`
  const rows: Row[] = [
    {
      name: `inspect ${FILES} SKILL.md files (goal: 15 s)`,
      value: seconds,
      unit: 's',
      baseline,
      ratio: seconds / bareSeconds,
    },
  ]
  return Promise.resolve(rows)
}
