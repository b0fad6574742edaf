import type { Execution, JsonValue, WorkspaceFile } from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { followRun } from '../follow-run.ts'
import { installWithConsent } from '../library-consent.ts'
import { readInput, readWorkspaceFile } from '../run-input.ts'
import type { Session } from '../session.ts'
import { parseSkillTarget } from '../skill-target.ts'

const Options = z.object({
  input: z.string().optional(),
  file: z.array(z.string()).max(8, 'at most 8 files').default([]),
  yes: z.boolean().default(false),
})

interface RunBody {
  skill: string
  action: string
  input: JsonValue
  files: WorkspaceFile[]
}

/** Starts the run; a skill that is not in the library yet is put there first, with consent. */
async function start(session: Session, body: RunBody, isAccepted: boolean): Promise<Execution> {
  const client = session.signedIn()
  const attempt = () => client.executions.start({ body }, { idempotencyKey: session.host.newId() })
  try {
    return await attempt()
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'installation.not-found') throw error
    await installWithConsent(session, parseSkillTarget(body.skill), isAccepted)
    return attempt()
  }
}

/** guildhall run */
export const defineRun: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name; the version in your library runs')
    .argument('<action>', 'one of its actions, as in `guildhall info`')
    .option('--input <json>', 'JSON, @file, or - for standard input (default: {})')
    .option('--file <path...>', 'put this file into the workspace of the run; path=name to rename it')
    .option('-y, --yes', 'accept the permissions if it is not in your library yet')
  complete(command, invocation, {
    options: Options,
    examples: [
      `run @acme/seo-writer generate --input '{"topic":"tea"}'`,
      'run @acme/csv-summary summarize --file sales.csv --input @options.json',
      `run @acme/seo-writer generate --input - --json < input.json   (one event a line, the last one is "ended")`,
    ],
    run: async (session, { args, options }) => {
      session.signedIn()
      const { fullName } = parseSkillTarget(args[0] ?? '')
      const input = await readInput(session, options.input)
      const files = await Promise.all(options.file.map((given) => readWorkspaceFile(session, given)))
      const execution = await start(session, { skill: fullName, action: args[1] ?? '', input, files }, options.yes)
      return followRun(session, execution)
    },
  })
}
