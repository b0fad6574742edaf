import type { SkillKind } from '@guildhall/contracts'

interface SkillMdFacts {
  name: string
  title: string
  kind: SkillKind
}

const purposes: Record<SkillKind, string> = {
  instructions: 'Says what this skill does in one sentence. Use it when somebody asks for exactly that.',
  javascript: 'Counts the words of a text. Use it when somebody asks how long a text is.',
  python: 'Counts the words of a text. Use it when somebody asks how long a text is.',
  workflow: 'Saves a text into a file. Use it when somebody asks to keep a text.',
}

const bodies: Record<SkillKind, string> = {
  instructions: `1. Say what to look at first.
2. Say what to do, step by step, and when to stop.
3. Say what not to do, and what never to invent.

Longer material goes into \`references/\`, templates into \`assets/\`, scripts into \`scripts/\`; name them here.`,
  javascript: 'Call `count` with the text. Tell the number; do not guess it.',
  python: 'Call `count` with the text. Tell the number; do not guess it.',
  workflow: 'Call `run` with the text. It is in `text.txt` afterwards.',
}

/** SKILL.md; the version of an executable skill stands in its manifest. */
export function skillMdOf({ name, title, kind }: SkillMdFacts): string {
  const metadata =
    kind === 'instructions' ? 'metadata:\n  category: utility\n  tags: example\n  version: "0.1.0"\n' : ''
  return `---\nname: ${name}\ndescription: ${purposes[kind]}\n${metadata}---\n\n# ${title}\n\n${bodies[kind]}\n`
}

/** The files of a skill that is instructions only. */
export function instructionsFiles(name: string, title: string): [string, string][] {
  return [['SKILL.md', skillMdOf({ name, title, kind: 'instructions' })]]
}
