import { type Import, type ImportStatus, Visibility } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes } from '../failures.ts'
import { followImport } from '../follow-import.ts'
import { importLines } from '../output/import-lines.ts'
import type { Session } from '../session.ts'

const Options = z.object({
  skill: z.array(z.string()).optional(),
  visibility: Visibility.optional(),
  publisher: z.string().optional(),
  wait: z.boolean().default(true),
})

const ENDS: readonly ImportStatus[] = ['finished', 'failed']

/** Bad where it failed, and where nothing came in although something was found. */
function exitCodeOf({ status, items }: Import): number {
  if (status === 'failed') return exitCodes.failed
  return items.length > 0 && items.every(({ outcome }) => outcome === 'refused') ? exitCodes.failed : exitCodes.ok
}

async function importSource(session: Session, source: string, options: z.infer<typeof Options>): Promise<number> {
  const client = session.signedIn()
  const publisher = options.publisher ?? (await client.auth.me()).handle
  const body = { source, skills: options.skill, visibility: options.visibility }
  const started = await client.imports.start({ params: { publisher }, body }, { idempotencyKey: session.host.newId() })
  session.note(`Import ${started.id}`)
  const end = options.wait && !ENDS.includes(started.status) ? await followImport(session, started) : started
  session.result(end, () => importLines(end, session.paint))
  return exitCodeOf(end)
}

/** guildhall import */
export const defineImport: DefineCommand = (command, invocation) => {
  command
    .argument('<source>', 'an https URL, a GitHub or GitLab tree URL, or owner/repo[/path][@skill][#ref]')
    .option('--skill <name...>', 'only these (default: all that are found)')
    .option(
      '--visibility <visibility>',
      'public needs level spec, private takes whatever is loadable (default: public)',
    )
    .option('--publisher <handle>', 'import for this publisher (default: you)')
    .option('--no-wait', 'do not follow it')
    .addHelpText(
      'before',
      'The server fetches the repository; nothing of it is executed. An import again finds what has changed.\n',
    )
  complete(command, invocation, {
    options: Options,
    examples: [
      'import anthropics/skills --visibility private',
      'import acme/skills/writing#v2 --skill seo-writer',
      'import https://git.example.com/acme/skills.git --json',
    ],
    run: (session, { args, options }) => importSource(session, args[0] ?? '', options),
  })
}
