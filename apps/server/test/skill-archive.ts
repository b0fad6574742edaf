import { packSkill } from '@guildhall/skill-format'

export interface ArchiveContent {
  name: string
  description?: string
  body?: string
  /** `metadata` of the frontmatter. */
  metadata?: Record<string, string>
  /** Path to text, besides SKILL.md. */
  files?: Record<string, string>
}

/** SKILL.md and what comes with it. */
export function skillFiles({ name, description, body, metadata = {}, files }: ArchiveContent): Map<string, Uint8Array> {
  const fields = Object.entries(metadata).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`)
  const said = fields.length === 0 ? '' : `metadata:\n${fields.join('')}`
  const text = `---\nname: ${name}\ndescription: ${description ?? `Does ${name} for a test`}\n${said}---\n\n${body ?? `# ${name}`}\n`
  return new Map(Object.entries({ 'SKILL.md': text, ...files }).map(([path, one]) => [path, Buffer.from(one)]))
}

/** An instructions skill that conforms, as a zip. */
export function skillArchive(content: ArchiveContent): Promise<Uint8Array> {
  return packSkill({ files: skillFiles(content), kind: 'instructions', name: content.name })
}
