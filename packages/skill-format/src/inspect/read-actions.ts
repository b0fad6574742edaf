import { ActionSchemas, type Finding, type Manifest } from '@guildhall/contracts'
import type { PackageFiles } from '../package-files.ts'
import { errorFinding, type Place, schemaFindings } from './findings.ts'
import { readJsonFile } from './json-file.ts'
import { jsonSchemaFaults } from './json-schema-rules.ts'
import { MANIFEST_PATH } from './read-manifest.ts'

export const ACTIONS_PATH = 'action-schema.json'

export interface ActionsResult {
  actions: ActionSchemas
  findings: Finding[]
}

/** Reads action-schema.json and holds it against the manifest. Only what the manifest offers is kept. Never throws. */
export function readActions(files: PackageFiles, manifest: Manifest): ActionsResult {
  const json = readJsonFile(files, ACTIONS_PATH)
  if (json.status === 'absent') return { actions: {}, findings: [missing()] }
  if (json.status === 'invalid') return { actions: {}, findings: [json.finding] }
  const place = { file: ACTIONS_PATH, text: json.text }
  const parsed = ActionSchemas.safeParse(json.value)
  if (!parsed.success) return { actions: {}, findings: schemaFindings('action-schema.invalid', place, parsed.error) }
  const all = parsed.data
  if (Object.keys(all).length === 0) return { actions: {}, findings: [missing()] }
  const findings = [...schemaFaultFindings(all, place), ...offeredFindings(all, manifest)]
  const offered = manifest.actions ?? Object.keys(all)
  const actions = Object.fromEntries(Object.entries(all).filter(([name]) => offered.includes(name)))
  return { actions, findings }
}

function missing(): Finding {
  const words = {
    message: 'An executable skill needs at least one action',
    remedy: 'Describe each action in action-schema.json: description, input and output as JSON Schema.',
  }
  return errorFinding('action-schema.missing', { file: ACTIONS_PATH }, words)
}

function schemaFaultFindings(actions: ActionSchemas, place: Place): Finding[] {
  return Object.entries(actions).flatMap(([name, action]) =>
    (['input', 'output'] as const).flatMap((side) =>
      jsonSchemaFaults(action[side]).map((fault) => {
        const pointer = [name, side, ...fault.pointer]
        return errorFinding(
          'action-schema.json-schema',
          { ...place, pointer },
          {
            message: `${pointer.join('.')} ${fault.message}`,
            remedy: 'Write the schema in JSON Schema, draft 2020-12.',
          },
        )
      }),
    ),
  )
}

function offeredFindings(actions: ActionSchemas, manifest: Manifest): Finding[] {
  return (manifest.actions ?? [])
    .filter((name) => !Object.hasOwn(actions, name))
    .map((name) =>
      errorFinding(
        'manifest.action-unknown',
        { file: MANIFEST_PATH },
        {
          message: `The manifest offers the action ${name}, which ${ACTIONS_PATH} does not describe`,
          remedy: `Describe it in ${ACTIONS_PATH}, or take it out of actions.`,
        },
      ),
    )
}
