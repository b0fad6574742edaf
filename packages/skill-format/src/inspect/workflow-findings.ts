import {
  type ActionSchemas,
  type Finding,
  type JsonObject,
  type Manifest,
  noPermissions,
  type Permissions,
  workflowLimits,
  type WorkflowStep,
  Workflow,
} from '@guildhall/contracts'
import { splitDependency } from '../dependencies/dependency-text.ts'
import type { PackageFiles } from '../package-files.ts'
import { workflowFaults } from '../workflow/read-workflow.ts'
import { errorFinding, type Place } from './findings.ts'
import { readJsonFile } from './json-file.ts'
import { PERMISSIONS_PATH } from './read-permissions.ts'
import { undeclaredNeeds } from './tool-findings.ts'

/** What the other files of the package say. */
export interface WorkflowSurroundings {
  manifest: Manifest
  /** The actions that the package offers. */
  actions: ActionSchemas
  /** Null where they cannot be read; nothing is said about them then. */
  permissions: Permissions | null
}

/** Everything that is wrong with the workflow of a package: its form, its graph, its expressions, and what it may call. Never throws. */
export function workflowFindings(files: PackageFiles, surroundings: WorkflowSurroundings): Finding[] {
  const file = surroundings.manifest.entry
  const bytes = files.get(file)?.byteLength ?? 0
  if (bytes > workflowLimits.fileBytes) {
    const message = `${file} has ${bytes} bytes; at most ${workflowLimits.fileBytes} are allowed`
    return [errorFinding('workflow.limit', { file }, { message, remedy: 'Move parts into skills of their own.' })]
  }
  const json = readJsonFile(files, file)
  if (json.status === 'absent') return []
  if (json.status === 'invalid') return [json.finding]
  const inputs = Object.entries(surroundings.actions).map(([name, { input }]) => [name, input] as const)
  const faults = workflowFaults(json.value, new Map<string, JsonObject>(inputs))
  const found = faults.map(({ rule, pointer, message, remedy }) =>
    errorFinding(`workflow.${rule}`, { file, text: json.text, pointer }, { message, remedy }),
  )
  const isReadable = faults.every(({ rule }) => rule !== 'invalid' && rule !== 'limit')
  return isReadable ? [...found, ...callFindings(json.value, { file, text: json.text }, surroundings)] : found
}

interface Call {
  pointer: PropertyKey[]
  tool: string | undefined
  skill: string | undefined
}

/** What the steps call, without looking at what is wrong otherwise. */
function callsOf(steps: readonly WorkflowStep[], pointer: PropertyKey[]): Call[] {
  return steps.flatMap((step, index) => {
    const at = [...pointer, index]
    const own = [
      { pointer: at, tool: step.tool, skill: step.skill },
      { pointer: [...at, 'compensate'], tool: step.compensate?.tool, skill: step.compensate?.skill },
    ]
    return [...own, ...callsOf(step.steps ?? [], [...at, 'steps'])]
  })
}

function callFindings(value: unknown, place: Place, surroundings: WorkflowSurroundings): Finding[] {
  const parsed = Workflow.safeParse(value)
  if (!parsed.success) return []
  const { steps = [], actions = {} } = parsed.data
  const calls = [
    ...callsOf(steps, ['steps']),
    ...Object.entries(actions).flatMap(([name, body]) => callsOf(body.steps, ['actions', name, 'steps'])),
  ]
  return calls.flatMap(({ pointer, tool, skill }) => [
    ...(tool === undefined ? [] : toolFindings(tool, { ...place, pointer: [...pointer, 'tool'] }, surroundings)),
    ...(skill === undefined ? [] : skillFindings(skill, { ...place, pointer: [...pointer, 'skill'] }, surroundings)),
  ])
}

function toolFindings(tool: string, place: Place, { permissions }: WorkflowSurroundings): Finding[] {
  const missing = undeclaredNeeds(tool, permissions ?? noPermissions)
  if (missing === null) {
    const words = { message: `there is no tool ${tool}`, remedy: 'See docs/guides/tools.md for the tools there are.' }
    return [errorFinding('workflow.unknown-tool', place, words)]
  }
  if (permissions === null) return []
  return missing.map((need) => permissionFinding(`${tool} needs the permission ${need}`, need, place))
}

function permissionFinding(what: string, need: string, place: Place): Finding {
  const words = {
    message: `${what}, which ${PERMISSIONS_PATH} does not ask for`,
    remedy: `Ask for ${need} in ${PERMISSIONS_PATH}, or the call is refused when it runs.`,
  }
  return errorFinding('workflow.permission', place, words)
}

function skillFindings(skill: string, place: Place, { manifest, permissions }: WorkflowSurroundings): Finding[] {
  const findings: Finding[] = []
  if (!Object.hasOwn(manifest.dependencies, skill))
    findings.push(
      errorFinding('workflow.skill-dependency', place, {
        message: `${skill} is not among the dependencies`,
        remedy: 'Add it to dependencies in manifest.json, with a range such as ^1.0.0.',
      }),
    )
  const isGranted = permissions?.skills.some((text) => splitDependency(text)[0] === skill) ?? true
  if (!isGranted) findings.push(permissionFinding(`calling ${skill} needs a permission`, `skills: ${skill}`, place))
  return findings
}
