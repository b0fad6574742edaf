import { join } from 'node:path'
import type { PackageFiles } from '../package-files.ts'
import { pythonJson } from './python-text.ts'
import { skillProperties } from './skill-properties.ts'

/** What a tool of the reference implementation prints: to standard output and exit code 0, or to standard error and 1. */
export type ReferenceOutput = { status: 'printed'; stdout: string } | { status: 'refused'; stderr: string }

/** One skill for `toPrompt`. */
export interface PromptSkill {
  files: PackageFiles
  /** Absolute path of the folder with every link resolved, without a separator at its end; it becomes the location. */
  directory: string
}

/**
 * What `read-properties <directory>` of the reference implementation (skills-ref 0.1.1) prints, byte for byte and with the line
 * end: the frontmatter as JSON. `directory` is the path as the person gave it. Only the words behind "Invalid YAML in
 * frontmatter" are our own. Pure; never throws.
 */
export function readProperties(files: PackageFiles, directory: string): ReferenceOutput {
  const properties = skillProperties(files, directory)
  if (properties.status === 'refused') return refused(properties.message)
  return { status: 'printed', stdout: `${pythonJson(properties.fields)}\n` }
}

/**
 * What `to-prompt <directory…>` of the reference implementation prints, byte for byte and with the line end: the
 * `<available_skills>` block with the skills in the order given. The first skill that cannot be read ends it. The reference
 * tool demands at least one skill; that is for the caller to say. Pure; never throws.
 */
export function toPrompt(skills: readonly PromptSkill[]): ReferenceOutput {
  const lines = ['<available_skills>']
  for (const { files, directory } of skills) {
    const properties = skillProperties(files, directory)
    if (properties.status === 'refused') return refused(properties.message)
    const location = join(directory, files.has('SKILL.md') ? 'SKILL.md' : 'skill.md')
    lines.push('<skill>')
    lines.push('<name>', escapeHtml(properties.name), '</name>')
    lines.push('<description>', escapeHtml(properties.description), '</description>')
    // The reference escapes the two texts above, and not the path.
    lines.push('<location>', location, '</location>')
    lines.push('</skill>')
  }
  return { status: 'printed', stdout: `${[...lines, '</available_skills>'].join('\n')}\n` }
}

function refused(message: string): ReferenceOutput {
  return { status: 'refused', stderr: `Error: ${message}\n` }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
