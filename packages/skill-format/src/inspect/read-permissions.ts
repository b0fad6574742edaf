import {
  DeclaredPermissions,
  type Finding,
  noPermissions,
  normalizePermissions,
  type Permissions,
} from '@guildhall/contracts'
import type { PackageFiles } from '../package-files.ts'
import { splitDependency } from '../dependencies/dependency-text.ts'
import { dependencyFindings } from './dependency-findings.ts'
import { type Place, schemaFindings } from './findings.ts'
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
