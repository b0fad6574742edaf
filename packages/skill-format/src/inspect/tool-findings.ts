import { type Finding, type Permissions, permissionTokens, toolNeeds } from '@guildhall/contracts'
import { decodeUtf8, type PackageFiles } from '../package-files.ts'
import { warningFinding } from './findings.ts'
import { PERMISSIONS_PATH } from './read-permissions.ts'

/** Of the network and of skills any will do: which one a call goes to, only the call tells. */
function isDeclared(permissions: Permissions, need: string): boolean {
  if (need === 'network') return permissions.network.hosts.length > 0
  if (need === 'skills') return permissions.skills.length > 0
  return permissionTokens(permissions).includes(need)
}

/** The permissions that a tool needs and that are not asked for; null where there is no such tool. */
export function undeclaredNeeds(tool: string, permissions: Permissions): string[] | null {
  const needs = Object.hasOwn(toolNeeds, tool) ? toolNeeds[tool] : undefined
  return needs?.filter((need) => !isDeclared(permissions, need)) ?? null
}

function wordsFor(entry: string, tool: string, permissions: Permissions) {
  const missing = undeclaredNeeds(tool, permissions)
  if (missing === null)
    return {
      message: `${entry} uses the tool ${tool}, which does not exist`,
      remedy: 'See docs/guides/tools.md for the tools there are.',
    }
  if (missing.length === 0) return null
  return {
    message: `${entry} uses the tool ${tool}, which needs what ${PERMISSIONS_PATH} does not ask for: ${missing.join(', ')}`,
    remedy: `Ask for it in ${PERMISSIONS_PATH}, or the call is refused when it runs.`,
  }
}

/**
 * Warns of tools that the entry names and that would be refused or unknown when it runs. A search in the text, so it can miss a tool that
 * is named indirectly.
 */
export function undeclaredToolFindings(files: PackageFiles, entry: string, permissions: Permissions | null): Finding[] {
  const bytes = files.get(entry)
  const text = bytes === undefined ? null : decodeUtf8(bytes)
  if (text === null || permissions === null) return []
  const seen = new Map<string, number>()
  for (const { 1: tool = '', index } of text.matchAll(/\btools\.([a-z]+\.[a-z][A-Za-z]*)\s*\(/g))
    if (!seen.has(tool)) seen.set(tool, index)
  return [...seen].flatMap(([tool, index]) => {
    const words = wordsFor(entry, tool, permissions)
    const line = text.slice(0, index).split('\n').length
    return words === null ? [] : [{ ...warningFinding('permissions.tool-undeclared', { file: entry }, words), line }]
  })
}
