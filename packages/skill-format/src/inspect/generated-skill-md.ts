import { ActionSchemas, type Manifest } from '@guildhall/contracts'
import { type PackageFiles, skillMdPath } from '../package-files.ts'
import { readJsonFile } from './json-file.ts'
import { ACTIONS_PATH } from './read-actions.ts'
import { readManifest } from './read-manifest.ts'

/**
 * The same files with a SKILL.md made from the manifest where there is none; unchanged where there is one, or where the
 * manifest has no description to make it from.
 */
export function withGeneratedSkillMd(files: PackageFiles): PackageFiles {
  if (skillMdPath(files) !== null) return files
  const result = readManifest(files)
  if (result.status !== 'read' || result.manifest.description === undefined) return files
  const text = skillMdOf(result.manifest, oneLine(result.manifest.description), readActionLines(files))
  return new Map([...files, ['SKILL.md', new TextEncoder().encode(text)]])
}

function skillMdOf(manifest: Manifest, description: string, actionLines: readonly string[]): string {
  const license = manifest.license === undefined ? [] : [`license: ${quote(oneLine(manifest.license))}`]
  const actions = actionLines.length === 0 ? [] : ['', '## Actions', '', ...actionLines]
  const lines = [
    '---',
    `name: ${quote(manifest.name)}`,
    `description: ${quote(description)}`,
    ...license,
    '---',
    '',
    `# ${oneLine(manifest.displayName ?? manifest.name)}`,
    '',
    description,
    ...actions,
  ]
  return `${lines.join('\n')}\n`
}

function readActionLines(files: PackageFiles): string[] {
  const json = readJsonFile(files, ACTIONS_PATH)
  const parsed = ActionSchemas.safeParse(json.status === 'read' ? json.value : null)
  if (!parsed.success) return []
  return Object.entries(parsed.data).map(([name, action]) => `- \`${name}\`: ${oneLine(action.description)}`)
}

/** Line ends and control characters become spaces, and a row of hyphens shorter, since `---` would end the frontmatter. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .replace(/-{3,}/g, '--')
    .trim()
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
