import { join } from 'node:path'
import { biteRules } from './bite.ts'
import { cruiseTree, sourceFiles, type Cruised } from './cruise.ts'

/** The tree never shrinks below this many files; fewer means that the cruiser did not see it. */
const MINIMUM_MODULES = 150

/** Why the tree (or the look at it) is not in order; one line each, empty when all is well. */
export function boundaryComplaints(cruised: Cruised, filesOnDisk: readonly string[], minimumModules: number): string[] {
  const read = new Set(cruised.modules)
  const unread = filesOnDisk.filter((path) => !read.has(path))
  const complaints = cruised.violations.map(({ rule, from, to, comment }) => `${rule}: ${from} -> ${to} (${comment})`)
  if (unread.length > 0)
    complaints.push(`${unread.length} files were not read (is "typescript" 6 installed?), first: ${unread[0]}`)
  if (read.size < minimumModules)
    complaints.push(`only ${read.size} modules were read where at least ${minimumModules} are expected`)
  if (cruised.importCount < read.size / 2)
    complaints.push(`only ${cruised.importCount} imports found in ${read.size} modules`)
  return complaints
}

async function checkTree(root: string): Promise<boolean> {
  const cruised = await cruiseTree(root)
  const complaints = boundaryComplaints(cruised, sourceFiles(root), MINIMUM_MODULES)
  for (const complaint of complaints) console.log(complaint)
  console.log(`${cruised.modules.length} modules, ${cruised.importCount} imports, ${complaints.length} complaints`)
  return complaints.length === 0
}

async function checkBites(): Promise<boolean> {
  const report = await biteRules()
  const lines = [
    ...report.silent.map((line) => `silent: ${line}`),
    ...report.untested.map((line) => `no fixture breaks: ${line}`),
    ...report.falseAlarms.map((line) => `false alarm: ${line}`),
    ...report.unread.map((line) => `not read: ${line}`),
  ]
  for (const line of lines) console.log(line)
  console.log(`${report.ruleCount} rules, ${report.offenceCount} offences, ${lines.length} complaints`)
  return lines.length === 0
}

if (import.meta.main) {
  const inOrder = process.argv.includes('--bite')
    ? await checkBites()
    : await checkTree(join(import.meta.dirname, '../..'))
  process.exitCode = inOrder ? 0 : 1
}
