import { compareUtf8 } from '../package-files.ts'
import { type DeadEnd, demandsOn, extend, type Graph, nextOpen, pathTo, startGraph } from './graph.ts'
import type { DependencyRefusal } from './refusal.ts'
import { type AvailableVersion, createVersionList, type VersionList } from './version-list.ts'

/** What is to be resolved: a skill, or a project under any name. */
export interface DependencyRoot {
  fullName: string
  /** Range by full name. */
  dependencies: Readonly<Record<string, string>>
}

/** All versions of a skill that the one who asks may know of; null where there is no such skill. */
export type VersionLookup = (
  fullName: string,
) => readonly AvailableVersion[] | null | Promise<readonly AvailableVersion[] | null>

export interface ChosenDependency {
  fullName: string
  version: string
  /** Sorted by name. */
  requiredBy: { fullName: string; range: string }[]
}

export type Resolution =
  | {
      status: 'resolved'
      /** Each behind everything that it needs itself; without the root. */
      items: ChosenDependency[]
    }
  | { status: 'refused'; refusal: DependencyRefusal }

/** How large a resolution may become. An attempt is one version tried for one skill. */
export const dependencyLimits = { maxSkills: 200, maxDepth: 32, maxAttempts: 5000 } as const

/**
 * Chooses one version of every skill that the root needs, for the whole graph: the highest that all ranges allow, stepping back
 * to lower ones where that leads nowhere. Each skill is looked up once. The answer depends on the input alone, not on its order.
 * Refuses cycles, demands that cannot be met, and graphs beyond `dependencyLimits`. Throws only what the lookup throws.
 */
export async function resolveDependencies(root: DependencyRoot, versionsOf: VersionLookup): Promise<Resolution> {
  const start = startGraph(root)
  if (start.status === 'dead-end') return { status: 'refused', refusal: start.refusal }
  const search: Search = { listOf: rememberedLists(versionsOf), attempts: 0, firstRefusal: null }
  const outcome = await solve(search, start.graph)
  if (outcome.status === 'solved') return { status: 'resolved', items: dependenciesFirst(outcome.graph) }
  return {
    status: 'refused',
    refusal: isHardStop(outcome) ? outcome.refusal : (search.firstRefusal ?? outcome.refusal),
  }
}

type Outcome = { status: 'solved'; graph: Graph } | DeadEnd

interface Search {
  listOf(fullName: string): Promise<VersionList | null>
  attempts: number
  /** What went wrong with the highest versions: the most telling of all dead ends. */
  firstRefusal: DependencyRefusal | null
}

function rememberedLists(versionsOf: VersionLookup): Search['listOf'] {
  const lists = new Map<string, VersionList | null>()
  return async (fullName) => {
    const known = lists.get(fullName)
    if (known !== undefined) return known
    const versions = await versionsOf(fullName)
    const list = versions === null ? null : createVersionList(versions)
    lists.set(fullName, list)
    return list
  }
}

async function solve(search: Search, graph: Graph): Promise<Outcome> {
  const fullName = nextOpen(graph)
  if (fullName === undefined) return { status: 'solved', graph }
  const bound = beyondLimits(graph, fullName)
  if (bound !== null) return hardStop(bound)
  const list = await search.listOf(fullName)
  const candidates = list === null ? [] : candidatesOf(list, graph, fullName)
  const demanders = new Set((graph.demands.get(fullName) ?? []).map(({ by }) => by))
  if (list === null || candidates.length === 0)
    return noted(search, { status: 'dead-end', refusal: unmet(list, graph, fullName), blame: demanders })
  return tryEach(search, candidates, { graph, fullName, demanders })
}

interface Decision {
  graph: Graph
  fullName: string
  demanders: ReadonlySet<string>
}

/** Goes on with the highest version that leads to a solution. A dead end that this choice has no part in ends it at once. */
async function tryEach(search: Search, candidates: readonly AvailableVersion[], decision: Decision): Promise<Outcome> {
  const { graph, fullName, demanders } = decision
  const blame = new Set(demanders)
  let refusal: DependencyRefusal | null = null
  for (const { version, dependencies } of candidates) {
    search.attempts += 1
    if (search.attempts > dependencyLimits.maxAttempts) break
    const next = extend(graph, { fullName, version, dependencies })
    const outcome = next.status === 'dead-end' ? noted(search, next) : await solve(search, next.graph)
    if (outcome.status === 'solved' || !outcome.blame.has(fullName)) return outcome
    refusal = outcome.refusal
    for (const name of outcome.blame) if (name !== fullName) blame.add(name)
  }
  const isSpent = search.attempts > dependencyLimits.maxAttempts
  if (isSpent || refusal === null)
    return hardStop({ reason: 'too-hard', limit: dependencyLimits.maxAttempts, first: search.firstRefusal })
  return { status: 'dead-end', refusal, blame }
}

/** Nobody is to blame, so no other choice is tried. */
function hardStop(refusal: DependencyRefusal): DeadEnd {
  return { status: 'dead-end', refusal, blame: new Set() }
}

function isHardStop(outcome: DeadEnd): boolean {
  return outcome.blame.size === 0
}

function noted(search: Search, deadEnd: DeadEnd): DeadEnd {
  search.firstRefusal ??= deadEnd.refusal
  return deadEnd
}

function beyondLimits(graph: Graph, fullName: string): DependencyRefusal | null {
  const { maxSkills, maxDepth } = dependencyLimits
  if (graph.depths.size > maxSkills) return { reason: 'too-many', limit: maxSkills }
  if ((graph.depths.get(fullName) ?? 0) <= maxDepth) return null
  return { reason: 'too-deep', limit: maxDepth, path: pathTo(graph, fullName) }
}

function candidatesOf(list: VersionList, graph: Graph, fullName: string): AvailableVersion[] {
  const allowed = (graph.demands.get(fullName) ?? []).map(({ range }) => list.allowedBy(range))
  return list.all.filter((version) => allowed.every((set) => set.has(version)))
}

function unmet(list: VersionList | null, graph: Graph, fullName: string): DependencyRefusal {
  const demands = demandsOn(graph, fullName)
  if (list === null) return { reason: 'unknown-skill', fullName, demands }
  const hopeless = demands.filter(({ range }) => list.allowedBy(range).size === 0)
  return hopeless.length > 0
    ? { reason: 'no-version', fullName, demands: hopeless }
    : { reason: 'conflict', fullName, demands }
}

function dependenciesFirst({ placed, demands }: Graph): ChosenDependency[] {
  const names = [...placed.keys()].sort(compareUtf8)
  const needsOf = (by: string) => names.filter((name) => demands.get(name)?.some((demand) => demand.by === by))
  const ordered = new Set<string>()
  const visit = (name: string): void => {
    if (ordered.has(name)) return
    for (const need of needsOf(name)) visit(need)
    ordered.add(name)
  }
  for (const name of names) visit(name)
  return [...ordered].map((fullName) => ({
    fullName,
    version: placed.get(fullName) ?? '',
    requiredBy: (demands.get(fullName) ?? [])
      .map(({ by, range }) => ({ fullName: by, range }))
      .sort((a, b) => compareUtf8(a.fullName, b.fullName)),
  }))
}
