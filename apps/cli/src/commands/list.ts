import { relative } from 'node:path'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { NOTHING_INSTALLED, scopeOf } from '../install-place.ts'
import { plainLine } from '../output/plain-text.ts'
import { tableLines } from '../output/table.ts'

const columns = ['skill', 'version', 'source', 'folder', 'state'].map((title) => ({ title }))

/** guildhall list */
export const defineList: DefineCommand = (command, invocation) => {
  command.option('-g, --global', 'the skills of the user, not of this project')
  complete(command, invocation, {
    options: z.object({ global: z.boolean().default(false) }),
    examples: ['list', 'list --global --json'],
    run: async (session, { options }) => {
      const { listInstalled } = await import('@guildhall/sdk/install')
      const { sourceLine } = await import('../installing/source-line.ts')
      const installed = await listInstalled(await scopeOf(session, options.global))
      const rows = installed.flatMap((skill) =>
        skill.folders.map((folder) => [
          `${skill.name}${skill.direct ? '' : ' (needed)'}`,
          skill.version ?? '',
          plainLine(sourceLine(skill.source), 40),
          `${options.global ? folder.path : relative(session.host.cwd, folder.path)}${folder.mode === 'symlink' ? ' (link)' : ''}`,
          folder.state,
        ]),
      )
      session.result({ items: installed }, () => (rows.length === 0 ? [NOTHING_INSTALLED] : tableLines(columns, rows)))
    },
  })
}
