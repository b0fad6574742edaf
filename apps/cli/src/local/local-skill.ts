import type { ActionSchema, PackageSummary } from '@guildhall/contracts'
import type { PackageFiles } from '@guildhall/skill-format'
import { Failure, usageFailure } from '../failures.ts'
import { firstReason, readSkillSource } from '../skill-source.ts'

/** A skill in a folder of this machine that has something to run. */
export interface LocalSkill {
  /** Absolute. */
  path: string
  files: PackageFiles
  summary: PackageSummary & { kind: Exclude<PackageSummary['kind'], 'instructions'>; entry: string }
}

/** Reads a skill that is to run here. Throws a Failure where it cannot be read, or has nothing to run. */
export async function readLocalSkill(cwd: string, given: string): Promise<LocalSkill> {
  const source = await readSkillSource(cwd, given)
  const { summary } = source.inspection
  if (summary === null)
    throw new Failure(firstReason(source.inspection), {
      where: source.path,
      remedy: `See everything that is wrong with \`guildhall validate ${given}\`.`,
    })
  const { kind, entry } = summary
  if (kind === 'instructions' || entry === null)
    throw new Failure('The skill has nothing to run: it is read by agents', {
      where: source.path,
      remedy: 'An executable skill has a manifest.json; see `guildhall init --kind javascript`.',
    })
  return { path: source.path, files: source.files, summary: { ...summary, kind, entry } }
}

export interface NamedAction {
  name: string
  schema: ActionSchema
}

/** The action of this name; without a name, the only one. Throws a usage failure that names those there are. */
export function actionOf({ summary }: LocalSkill, wanted: string | undefined): NamedAction {
  const names = Object.keys(summary.actions)
  const name = wanted ?? (names.length === 1 ? names[0] : undefined)
  const schema = name !== undefined && Object.hasOwn(summary.actions, name) ? summary.actions[name] : undefined
  if (name !== undefined && schema !== undefined) return { name, schema }
  const what = wanted === undefined ? 'The skill has several actions' : `The skill has no action ${wanted}`
  throw usageFailure(what, `Give --action with one of: ${names.join(', ')}.`)
}
