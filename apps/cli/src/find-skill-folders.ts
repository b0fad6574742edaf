import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const SKIPPED = new Set(['node_modules', '.git'])
const MARKERS = new Set(['SKILL.md', 'skill.md', 'manifest.json'])
const DEEPEST = 12

/** Every folder below that holds a SKILL.md or a manifest.json, sorted; a skill is not searched for more skills. Links are not followed. */
export async function findSkillFolders(root: string, depth = 0): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true })
  if (entries.some((entry) => MARKERS.has(entry.name))) return [root]
  if (depth >= DEEPEST) return []
  const folders = entries.filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name)).map(({ name }) => name)
  const found: string[] = []
  for (const name of folders.sort()) found.push(...(await findSkillFolders(join(root, name), depth + 1)))
  return found
}
