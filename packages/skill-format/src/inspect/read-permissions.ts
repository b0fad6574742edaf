import {
  DeclaredPermissions,
  type Finding,
  noPermissions,
  normalizePermissions,
  type Permissions,
} from '@guildhall/contracts'
import { decodeUtf8, type PackageFiles } from '../package-files.ts'
import { splitDependency } from '../dependencies/dependency-text.ts'
import { dependencyFindings } from './dependency-findings.ts'
import { type Place, schemaFindings, warningFinding } from './findings.ts'
import { readJsonFile } from './json-file.ts'

export const PERMISSIONS_PATH = 'permissions.json'

export interface PermissionsResult {
  /** Null where the file is there and cannot be understood: nobody may consent to a guess. */
  permissions: Permissions | null
  findings: Finding[]
}

/** Reads permissions.json; without one nothing is asked for. Never throws. */
export function readPermissions(files: PackageFiles): PermissionsResult {
  const json = readJsonFile(files, PERMISSIONS_PATH)
  if (json.status === 'absent') return { permissions: noPermissions, findings: [] }
  if (json.status === 'invalid') return { permissions: null, findings: [json.finding] }
  const parsed = DeclaredPermissions.safeParse(json.value)
  const place = { file: PERMISSIONS_PATH, text: json.text }
  if (!parsed.success)
    return { permissions: null, findings: schemaFindings('permissions.invalid', place, parsed.error) }
  const findings = skillFindings(parsed.data.skills, place)
  return { permissions: findings.length > 0 ? null : normalizePermissions(parsed.data), findings }
}

function skillFindings(skills: readonly string[], place: Place): Finding[] {
  return dependencyFindings(skills.map(splitDependency), {
    rule: 'permissions.skill',
    label: 'skills',
    placeOf: ([name]) => ({ ...place, pointer: ['skills', skills.findIndex((text) => text.startsWith(name))] }),
  })
}

/**
 * Warns of tools that the entry names and the permissions do not: the call would be refused when it runs. A search in the
 * text, so it can miss a tool that is named indirectly.
 */
export function undeclaredToolFindings(files: PackageFiles, entry: string, permissions: Permissions | null): Finding[] {
  const bytes = files.get(entry)
  const text = bytes === undefined ? null : decodeUtf8(bytes)
  if (text === null || permissions === null) return []
  const declared = new Set(permissions.tools)
  const seen = new Map<string, number>()
  for (const match of text.matchAll(/\btools\.([a-z]+\.[a-z][A-Za-z]*)\s*\(/g)) {
    const [, tool] = match
    if (tool !== undefined && !declared.has(tool) && !seen.has(tool)) seen.set(tool, match.index)
  }
  return [...seen].map(([tool, index]) => ({
    ...warningFinding(
      'permissions.tool-undeclared',
      { file: entry },
      {
        message: `${entry} uses the tool ${tool}, which ${PERMISSIONS_PATH} does not ask for`,
        remedy: `Add "${tool}" to tools in ${PERMISSIONS_PATH}, or the call is refused when it runs.`,
      },
    ),
    line: text.slice(0, index).split('\n').length,
  }))
}
