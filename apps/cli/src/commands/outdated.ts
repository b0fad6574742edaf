import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes } from '../failures.ts'
import { NOTHING_INSTALLED, scopeOf } from '../install-place.ts'
import { plainLine } from '../output/plain-text.ts'
import { tableLines } from '../output/table.ts'

const columns = ['skill', 'installed', 'wanted', 'latest', 'source'].map((title) => ({ title }))

/** guildhall outdated */
export const defineOutdated: DefineCommand = (command, invocation) => {
  command
    .argument('[skill...]', 'names as `guildhall list` shows them (default: all)')
    .option('-g, --global', 'the skills of the user, not of this project')
  complete(command, invocation, {
    options: z.object({ global: z.boolean().default(false) }),
    examples: ['outdated', 'outdated --global --json'],
    run: async (session, { args, options }) => {
      const { readLock } = await import('@guildhall/sdk/install')
      const { askedSkills } = await import('../installing/asked-skills.ts')
      const { findUpdates, isOutdated } = await import('../installing/find-updates.ts')
      const { sourceLine } = await import('../installing/source-line.ts')
      const lock = await readLock((await scopeOf(session, options.global)).lockFile)
      const states = await findUpdates(session, lock, askedSkills(lock, args))
      const items = states
        .filter((state) => isOutdated(state) || state.wanted === null)
        .map(({ skill, installed, wanted, latest }) => ({
          name: skill.name,
          installed,
          wanted,
          latest,
          source: skill.source,
        }))
      session.result({ items }, () =>
        items.length === 0
          ? [lock.length === 0 ? NOTHING_INSTALLED : 'Everything is up to date.']
          : tableLines(
              columns,
              items.map(({ name, installed, wanted, latest, source }) => {
                return [name, installed, wanted ?? 'gone', latest ?? 'gone', plainLine(sourceLine(source), 60)]
              }),
            ),
      )
      return states.some(isOutdated) ? exitCodes.failed : exitCodes.ok
    },
  })
}
