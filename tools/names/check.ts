import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describeFinding, pathFindings, textFindings, type MachineFacts } from './findings.ts'

const MAXIMUM_TEXT_BYTES = 2_000_000
/** Files that git tracks or would track, as paths from the root. */
export function ownFiles(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  const paths = new Set(listed.toString('utf8').split('\0').filter(Boolean))
  return [...paths].filter((path) => existsSync(join(root, path)) && statSync(join(root, path)).isFile())
}

/** The registry host that npm hands to its scripts: a clone must not depend on where its maker got packages from. */
export function registryHosts(environment: NodeJS.ProcessEnv): string[] {
  const address = environment['npm_config_registry']
  if (!address || !URL.canParse(address)) return []
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '127.0.0.1' ? [] : [hostname]
}

function readText(file: string): string {
  if (statSync(file).size > MAXIMUM_TEXT_BYTES) return ''
  const bytes = readFileSync(file)
  return bytes.includes(0) ? '' : bytes.toString('utf8')
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../..')
  const facts: MachineFacts = { rootPath: root, registryHosts: registryHosts(process.env) }
  const paths = ownFiles(root)
  const findings = [
    ...pathFindings(paths),
    ...paths.flatMap((path) => textFindings(path, readText(join(root, path)), facts)),
  ]
  for (const finding of findings) console.log(describeFinding(finding))
  console.log(`${paths.length} files, ${findings.length} findings`)
  process.exitCode = findings.length === 0 && paths.length > 0 ? 0 : 1
}
