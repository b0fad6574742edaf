import { relative } from 'node:path'
import type { ChangeReport } from '@guildhall/sdk/install'
import type { Session } from '../session.ts'
import type { ReadySkill } from './ready-skill.ts'
import { titleOf } from './ready-skill.ts'

interface Changed {
  report: ChangeReport
  ready: readonly ReadySkill[]
  isGlobal: boolean
}

/** The result of a change for programs. */
export function changeJson({ report, ready }: Changed): Record<string, unknown> {
  const entries = new Map(ready.map(({ entry }) => [entry.name, entry]))
  const installed = report.installed.map((skill) => {
    const entry = entries.get(skill.name)
    return { ...skill, digest: entry?.digest, keyIds: entry?.keyIds, source: entry?.source, direct: entry?.direct }
  })
  return { installed, removed: report.removed, backups: report.backups }
}

/** The result of a change for people. */
export function changeLines(session: Session, { report, ready, isGlobal }: Changed): string[] {
  const { paint, host } = session
  const shown = (path: string): string => (isGlobal ? path : relative(host.cwd, path))
  const entries = new Map(ready.map(({ entry }) => [entry.name, entry]))
  const installed = report.installed.flatMap((skill) => {
    const keyIds = entries.get(skill.name)?.keyIds ?? []
    const signed = keyIds.length === 0 ? paint.yellow('not signed') : `signed by ${keyIds.join(', ')}`
    const was = skill.replaced === null || skill.replaced === skill.version ? '' : ` (was ${skill.replaced})`
    return [
      `${paint.green('Installed')} ${titleOf(skill)}${was}, ${signed}`,
      ...skill.folders.map(({ path, agentIds, mode }) => {
        const agents = paint.dim(agentIds.join(', '))
        return `  ${shown(path)}  ${agents}${mode === 'symlink' ? paint.dim(' (link)') : ''}`
      }),
    ]
  })
  return [
    ...installed,
    ...report.removed.map(({ name }) => `${paint.green('Removed')} ${name}`),
    ...report.backups.map(({ folder, backup }) => `Kept what was in ${shown(folder)}: ${shown(backup)}`),
    ...(report.hasCopiedInstead ? ['Links cannot be made here, so every agent got a copy.'] : []),
  ]
}
