import { relative } from 'node:path'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { scopeOf } from '../install-place.ts'
import { tableLines } from '../output/table.ts'

const columns = ['skill', 'version', 'folder', 'state'].map((title) => ({ title }))

/** guildhall list */
export const defineList: DefineCommand = (command, invocation) => {
  command.option('-g, --global', 'the skills of the user, not of this project')
  complete(command, invocation, {
    options: z.object({ global: z.boolean().default(false) }),
    examples: ['list', 'list --global --json'],
    run: async (session, { options }) => {
      const { listInstalled } = await import('@guildhall/sdk/install')
      const installed = await listInstalled(await scopeOf(session, options.global))
      const rows = installed.flatMap((skill) =>
        skill.folders.map((folder) => [
          skill.fullName,
          skill.version,
          options.global ? folder.path : relative(session.host.cwd, folder.path),
          folder.state,
        ]),
      )
      session.result({ items: installed }, () =>
        rows.length === 0
          ? ['No skills are installed here. Add one with `guildhall add @publisher/name`.']
          : tableLines(columns, rows),
      )
    },
  })
}
