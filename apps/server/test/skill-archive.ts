import { packSkill } from '@guildhall/skill-format'

export interface ArchiveContent {
  name: string
  description?: string
  body?: string
  /** Path to text, besides SKILL.md. */
  files?: Record<string, string>
}

/** SKILL.md and what comes with it. */
export function skillFiles({ name, description, body, files }: ArchiveContent): Map<string, Uint8Array> {
  const text = `---\nname: ${name}\ndescription: ${description ?? `Does ${name} for a test`}\n---\n\n${body ?? `# ${name}`}\n`
  return new Map(Object.entries({ 'SKILL.md': text, ...files }).map(([path, one]) => [path, Buffer.from(one)]))
}

/** An instructions skill that conforms, as a zip. */
export function skillArchive(content: ArchiveContent): Promise<Uint8Array> {
  return packSkill({ files: skillFiles(content), kind: 'instructions', name: content.name })
}
