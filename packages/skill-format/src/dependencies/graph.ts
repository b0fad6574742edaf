import * as semver from 'semver'
import { compareUtf8 } from '../package-files.ts'
import type { Demand, DependencyRefusal } from './refusal.ts'

/** A skill with the version that was chosen for it. */
export interface Placed {
  fullName: string
  version: string
  dependencies: Readonly<Record<string, string>>
}

/** What has been chosen so far, and what is demanded by whom. Never changed, only extended. */
export interface Graph {
  root: string
  /** Version by full name. */
  placed: ReadonlyMap<string, string>
  /** By the full name of what is demanded, in the order in which it was. */
  demands: ReadonlyMap<string, readonly { by: string; range: string }[]>
  /** Steps from the root, by full name. */
  depths: ReadonlyMap<string, number>
}

/** `blame` holds the skills whose choice had a part in it: to change any other one would not help. */
export interface DeadEnd {
  status: 'dead-end'
  refusal: DependencyRefusal
  blame: ReadonlySet<string>
}

export type Extended = { status: 'extended'; graph: Graph } | DeadEnd

/** The graph of a root alone; a dead end where it needs itself. */
export function startGraph(root: { fullName: string; dependencies: Readonly<Record<string, string>> }): Extended {
  const empty: Graph = { root: root.fullName, placed: new Map(), demands: new Map(), depths: new Map() }
  return withDemands(empty, root)
}

/** Adds a choice and what it demands; a dead end where that closes a cycle or does not go with an earlier choice. */
export function extend(graph: Graph, placed: Placed): Extended {
  const next = { ...graph, placed: new Map([...graph.placed, [placed.fullName, placed.version]]) }
  return withDemands(next, placed)
}

function withDemands(graph: Graph, by: Omit<Placed, 'version'>): Extended {
  const demands = new Map(graph.demands)
  const depths = new Map(graph.depths)
  const next = { ...graph, demands, depths }
  const depth = (depths.get(by.fullName) ?? 0) + 1
  for (const [fullName, range] of Object.entries(by.dependencies).sort(([a], [b]) => compareUtf8(a, b))) {
    demands.set(fullName, [...(demands.get(fullName) ?? []), { by: by.fullName, range }])
    if (!depths.has(fullName)) depths.set(fullName, depth)
    const fault = cycleThrough(next, by.fullName, fullName) ?? mismatch(next, by.fullName, fullName)
    if (fault !== null) return fault
  }
  return { status: 'extended', graph: next }
}

/** The dead end where `to` is `from` itself or stands above it. */
function cycleThrough(graph: Graph, from: string, to: string): DeadEnd | null {
  const path = pathBetween(graph, to, from)
  if (path === null) return null
  return { status: 'dead-end', refusal: { reason: 'cycle', path: [...path, to] }, blame: new Set(path) }
}

function mismatch(graph: Graph, from: string, to: string): DeadEnd | null {
  const version = graph.placed.get(to)
  const range = graph.demands.get(to)?.at(-1)?.range
  if (version === undefined || range === undefined || semver.satisfies(version, range)) return null
  const refusal: DependencyRefusal = { reason: 'conflict', fullName: to, demands: demandsOn(graph, to) }
  return { status: 'dead-end', refusal, blame: new Set([from, to]) }
}

/** A way from `top` down to `bottom`, both included; null where there is none. */
function pathBetween(graph: Graph, top: string, bottom: string): string[] | null {
  const seen = new Set([bottom])
  const open = [[bottom]]
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    const [highest = bottom] = path
    if (highest === top) return path
    const above = (graph.demands.get(highest) ?? []).map(({ by }) => by).filter((by) => !seen.has(by))
    for (const by of above) {
      seen.add(by)
      open.push([by, ...path])
    }
  }
  return null
}

/** A shortest way from the root to a skill. */
export function pathTo(graph: Graph, fullName: string): string[] {
  return pathBetween(graph, graph.root, fullName) ?? [fullName]
}

/** Everybody who wants a skill, with the way to them. */
export function demandsOn(graph: Graph, fullName: string): Demand[] {
  return (graph.demands.get(fullName) ?? []).map(({ by, range }) => ({ range, path: pathTo(graph, by) }))
}

/** The skill to decide on next: the nearest to the root, then by name. Undefined where all are decided. */
export function nextOpen(graph: Graph): string | undefined {
  const open = [...graph.depths].filter(([fullName]) => !graph.placed.has(fullName))
  return open.sort(([a, depthOfA], [b, depthOfB]) => depthOfA - depthOfB || compareUtf8(a, b))[0]?.[0]
}
