import { type Finding, Manifest } from '@guildhall/contracts'
import type { PackageFiles } from '../package-files.ts'
import { dependencyFindings } from './dependency-findings.ts'
import { errorFinding, schemaFindings } from './findings.ts'
import { readJsonFile } from './json-file.ts'

export const MANIFEST_PATH = 'manifest.json'

export type ManifestResult =
  | { status: 'absent' }
  | { status: 'invalid'; findings: Finding[] }
  | { status: 'read'; manifest: Manifest; findings: Finding[] }

/** Reads manifest.json, which is what makes a package executable. Never throws. */
export function readManifest(files: PackageFiles): ManifestResult {
  const json = readJsonFile(files, MANIFEST_PATH)
  if (json.status === 'absent') return json
  if (json.status === 'invalid') return { status: 'invalid', findings: [json.finding] }
  const place = { file: MANIFEST_PATH, text: json.text }
  const parsed = Manifest.safeParse(json.value)
  if (!parsed.success) return { status: 'invalid', findings: schemaFindings('manifest.invalid', place, parsed.error) }
  const manifest = parsed.data
  const findings = dependencyFindings(Object.entries(manifest.dependencies), {
    rule: 'manifest.dependency',
    label: 'dependencies',
    placeOf: ([name]) => ({ ...place, pointer: ['dependencies', name] }),
  })
  return { status: 'read', manifest, findings: [...findings, ...entryFindings(files, manifest, place)] }
}

type ManifestPlace = Parameters<typeof errorFinding>[1]

const ENDINGS: Record<Manifest['kind'], RegExp> = { javascript: /\.m?js$/, python: /\.py$/, workflow: /\.json$/ }
const EXAMPLES: Record<Manifest['kind'], string> = {
  javascript: 'bot-logic.js',
  python: 'main.py',
  workflow: 'workflow.json',
}

function entryFindings(files: PackageFiles, manifest: Manifest, place: ManifestPlace): Finding[] {
  const at = { ...place, pointer: ['entry'] }
  const { entry, kind } = manifest
  if (!ENDINGS[kind].test(entry))
    return [
      errorFinding('manifest.entry-kind', at, {
        message: `The entry of a ${kind} skill cannot be ${entry}`,
        remedy: `Name a file such as ${EXAMPLES[kind]}.`,
      }),
    ]
  if (!files.has(entry))
    return [
      errorFinding('manifest.entry-missing', at, {
        message: `The entry ${entry} is not in the package`,
        remedy: 'Add the file, or correct entry in manifest.json (no leading ./).',
      }),
    ]
  return []
}
