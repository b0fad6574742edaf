import * as z from 'zod'
import { compare } from '../compared-sides.ts'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes } from '../failures.ts'
import { packageDiffLines } from '../output/diff-lines.ts'
import { plainLine } from '../output/plain-text.ts'

const Options = z.object({ exitCode: z.boolean().default(false), publisher: z.string().optional() })

/** guildhall diff */
export const defineDiff: DefineCommand = (command, invocation) => {
  command
    .argument('<first>', '@publisher/name, @publisher/name@version, a folder or an archive')
    .argument('[second]', 'the same, or a version; left out: the version before, or the newest release of the folder')
    .option('--publisher <handle>', 'whose release a folder is compared with (default: yours)')
    .option('--exit-code', 'end with 1 where something differs')
  complete(command, invocation, {
    options: Options,
    examples: [
      'diff @acme/seo-writer                     (the newest release with the one before)',
      'diff @acme/seo-writer@1.0.0 2.0.0',
      'diff ./seo-writer                         (your newest release with the folder)',
    ],
    run: async (session, { args, options }) => {
      const asked = { first: args[0] ?? '', second: args[1], publisher: options.publisher }
      const { from, to, diff } = await compare(session, asked)
      session.result({ ...diff, from, to }, () => [
        session.paint.bold(`${plainLine(from)} -> ${plainLine(to)}`),
        ...packageDiffLines(diff, session.paint),
      ])
      return options.exitCode && diff.files.length > 0 ? exitCodes.failed : exitCodes.ok
    },
  })
}
