import type { AvailableVersion, LockedSkill, Resolution } from '@guildhall/skill-format'
import { Failure } from '../failures.ts'
import type { ChosenVersion } from './fetch-release.ts'
import { type Registry, serverChoice, versionDetails, versionsOf } from './registry.ts'
import { several } from './several.ts'

export interface NeedsQuestion {
  registry: Registry
  /** The skills that change, or whose needs are looked at again, at their versions. */
  wished: readonly ChosenVersion[]
  installed: readonly LockedSkill[]
  /** Whether an installed skill that others need may get another version without need. */
  mayMove: (name: string) => boolean
}

type Known = Map<string, AvailableVersion[]>

const PARALLEL = 6
/** Each costs one request, so only the newest are looked at. */
const MAX_CANDIDATES = 50

function add(known: Known, fullName: string, one: Omit<AvailableVersion, 'isYanked'>): void {
  const versions = known.get(fullName) ?? []
  if (versions.every(({ version }) => version !== one.version)) versions.push({ ...one, isYanked: false })
  known.set(fullName, versions)
}

/** What is known without asking for more: what is installed, what is wished, and what the registry chose for that. */
async function knownAtOnce(
  { registry, wished, installed, mayMove }: NeedsQuestion,
  prefersInstalled: boolean,
): Promise<Known> {
  const known: Known = new Map()
  const names = new Set(wished.map(({ details }) => details.fullName))
  for (const { details } of wished) add(known, details.fullName, details)
  for (const { name, version, dependencies } of installed)
    if (version !== null && !names.has(name) && (prefersInstalled || !mayMove(name)))
      add(known, name, { version, dependencies })
  const needy = wished.filter(({ details }) => Object.keys(details.dependencies).length > 0)
  const chosen = await several(needy, PARALLEL, ({ details }) =>
    serverChoice(registry, details.fullName, details.version),
  )
  for (const items of chosen) {
    for (const { fullName, version } of items) {
      const needs = items.flatMap((item) =>
        item.requiredBy.filter((by) => by.fullName === fullName).map(({ range }) => [item.fullName, range]),
      )
      const isSettled = prefersInstalled && known.has(fullName)
      if (!isSettled) add(known, fullName, { version, dependencies: Object.fromEntries(needs) })
    }
  }
  return known
}

/** Every version that can be chosen, with what it needs itself. */
async function allVersions(registry: Registry, fullName: string): Promise<AvailableVersion[]> {
  const versions = await versionsOf(registry, fullName, (seen) => seen.length >= MAX_CANDIDATES)
  const released = versions.filter(({ status }) => status === 'released').slice(0, MAX_CANDIDATES)
  return several(released, PARALLEL, async ({ version }) => {
    const { dependencies } = await versionDetails(registry, fullName, version)
    return { version, dependencies, isYanked: false }
  })
}

/** The project as the root of the graph: what a person asked for stays at its version. */
function rootOf({ wished, installed }: NeedsQuestion): Record<string, string> {
  const direct = installed.filter((skill) => skill.direct && skill.version !== null)
  return Object.fromEntries([
    ...direct.map(({ name, version }) => [name, `=${version}`]),
    ...wished.map(({ details }) => [details.fullName, `=${details.version}`]),
  ])
}

async function resolved(question: NeedsQuestion): Promise<Resolution> {
  const { resolveDependencies } = await import('@guildhall/skill-format')
  const root = { fullName: 'this project', dependencies: rootOf(question) }
  const fixed = new Set(Object.keys(root.dependencies))
  const isUpdate = question.installed.some(({ name }) => question.mayMove(name))
  for (const prefersInstalled of isUpdate ? [false] : [true, false]) {
    const known = await knownAtOnce(question, prefersInstalled)
    const answer = await resolveDependencies(root, (name) => known.get(name) ?? null)
    if (answer.status === 'resolved') return answer
  }
  const known = await knownAtOnce(question, true)
  return resolveDependencies(root, (name) =>
    fixed.has(name) ? (known.get(name) ?? null) : allVersions(question.registry, name),
  )
}

/**
 * The versions of all skills that the wished ones need, one for each skill over the whole project. What is installed stays where it
 * can. Throws a Failure that shows the paths where no choice goes together.
 */
export async function chooseNeeds(question: NeedsQuestion): Promise<ChosenVersion[]> {
  const { registry, wished, installed } = question
  const names = new Set(wished.map(({ details }) => details.fullName))
  const hasNeeds = [...wished.map(({ details }) => details), ...installed].some(
    ({ dependencies }) => Object.keys(dependencies).length > 0,
  )
  if (!hasNeeds) return []
  const answer = await resolved(question)
  if (answer.status === 'refused') {
    const { refusalText } = await import('@guildhall/skill-format')
    throw new Failure(refusalText(answer.refusal), {
      where: registry.url,
      remedy: 'Ask for other versions, or remove a skill that does not go with the rest.',
    })
  }
  const present = new Map(installed.map(({ name, version }) => [name, version]))
  const moved = answer.items.filter(
    ({ fullName, version }) => !names.has(fullName) && present.get(fullName) !== version,
  )
  return several(moved, PARALLEL, async ({ fullName, version }) => ({
    details: await versionDetails(registry, fullName, version),
    requested: null,
    isDirect: false,
  }))
}
