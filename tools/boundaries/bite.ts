import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { IForbiddenRuleType } from 'dependency-cruiser'
import { cruiseTree, readDoors, sourceFiles } from './cruise.ts'
import { fixtureWorkspaces, obedientFiles, offences } from './fixtures.ts'
import { boundaryRules } from './rules.ts'

/** What the fixture tree showed about the rules; all lists are empty when the rules are worth having. */
export interface BiteReport {
  ruleCount: number
  offenceCount: number
  /** Rules that said nothing about a file that breaks them: `rule: path`. */
  silent: string[]
  /** Rules that no fixture breaks, so nobody knows whether they work. */
  untested: string[]
  /** Files that obey every rule and were reported all the same: `rule: from -> to`. */
  falseAlarms: string[]
  /** Files of the fixture tree that were not read at all. */
  unread: string[]
}

/** Holds the rules (or those that `change` makes of them) against a temporary tree in which every rule is broken at least once. */
export async function biteRules(
  change: (rules: IForbiddenRuleType[]) => IForbiddenRuleType[] = (rules) => rules,
): Promise<BiteReport> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'guildhall-boundaries-')))
  try {
    writeFixtureTree(root)
    const rules = change(boundaryRules(readDoors(root)))
    const { violations, modules } = await cruiseTree(root, rules)
    const heard = new Set(violations.map(({ rule, from }) => `${rule}: ${from}`))
    const wanted = offences.flatMap(({ rules: names, path }) => names.map((rule) => ({ rule, path })))
    const offenders = new Set(offences.map(({ path }) => path))
    const tested = new Set(wanted.map(({ rule }) => rule))
    return {
      ruleCount: rules.length,
      offenceCount: wanted.length,
      silent: wanted.map(({ rule, path }) => `${rule}: ${path}`).filter((line) => !heard.has(line)),
      untested: rules.map(({ name }) => name ?? 'a rule without a name').filter((name) => !tested.has(name)),
      falseAlarms: violations
        .filter(({ from }) => !offenders.has(from))
        .map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`),
      unread: sourceFiles(root).filter((path) => !modules.includes(path)),
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function writeFixtureTree(root: string): void {
  const files = { ...obedientFiles, ...Object.fromEntries(offences.map(({ path, source }) => [path, source])) }
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), source)
  }
  for (const [folder, name] of Object.entries(fixtureWorkspaces)) {
    const link = join(root, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, folder), link, 'junction')
  }
}
