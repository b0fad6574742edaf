import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { nodeScript, repositoryRoot, runCommand, type Outcome } from '../process/run-command.ts'

const SOURCES = ['apps/web', 'docs/guides', 'packages/contracts', 'packages/sdk', 'package-lock.json']
const BUILD_MARK = 'apps/web/.next/BUILD_ID'

function newestChangeMs(path: string): number {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  const names = readdirSync(path).filter((name) => !['node_modules', '.next', 'e2e', 'next-env.d.ts'].includes(name))
  return Math.max(0, ...names.map((name) => newestChangeMs(join(path, name))))
}

/** Whether the production build under `root` is newer than everything that it is made from. */
export function isWebBuilt(root: string = repositoryRoot): boolean {
  const mark = join(root, BUILD_MARK)
  if (!existsSync(mark)) return false
  const sources = SOURCES.map((path) => join(root, path)).filter((path) => existsSync(path))
  return statSync(mark).mtimeMs > Math.max(...sources.map(newestChangeMs))
}

/** Builds the web UI for production; no request leaves the machine. */
export function buildWeb(signal: AbortSignal): Promise<Outcome> {
  return runCommand({
    ...nodeScript('node_modules/next/dist/bin/next', 'build', 'apps/web'),
    environment: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    output: 'show',
    signal,
  })
}
