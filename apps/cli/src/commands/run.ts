import {
  type Execution,
  fullNameOf,
  type JsonValue,
  type StartExecution,
  type WorkspaceFile,
} from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { uploadDraft } from '../draft.ts'
import { exitCodes } from '../failures.ts'
import { followRun } from '../follow-run.ts'
import { installWithConsent } from '../library-consent.ts'
import { readInput, readWorkspaceFile } from '../run-input.ts'
import { saveRunFiles } from '../run-files.ts'
import type { Session } from '../session.ts'
import { parseSkillTarget } from '../skill-target.ts'

const Options = z.object({
  input: z.string().optional(),
  file: z.array(z.string()).max(8, 'at most 8 files').default([]),
  output: z.string().optional(),
  draft: z.boolean().default(false),
  background: z.boolean().default(false),
  yes: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

/** What is the same for an installed skill and a draft. */
interface RunFacts {
  action: string
  input: JsonValue
  files: WorkspaceFile[]
  priority: 'interactive' | 'background'
}

function start(session: Session, body: StartExecution): Promise<Execution> {
  return session.signedIn().executions.start({ body }, { idempotencyKey: session.host.newId() })
}

/** Starts the run; a skill that is not in the library yet is put there first, with consent. */
async function startInstalled(session: Session, given: string, facts: RunFacts, options: Options): Promise<Execution> {
  const target = parseSkillTarget(given)
  const body = { skill: fullNameOf(target), ...facts }
  try {
    return await start(session, body)
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'installation.not-found') throw error
    await installWithConsent(session, target, options.yes)
    return start(session, body)
  }
}

async function startDraft(session: Session, folder: string, facts: RunFacts, options: Options): Promise<Execution> {
  const { draft, granted } = await uploadDraft(session, folder, options.yes)
  return start(session, { draft: draft.id, granted, ...facts })
}

async function run(session: Session, [given = '', action = '']: string[], options: Options): Promise<number> {
  session.signedIn()
  const facts: RunFacts = {
    action,
    input: await readInput(session, options.input),
    files: await Promise.all(options.file.map((file) => readWorkspaceFile(session, file))),
    priority: options.background ? 'background' : 'interactive',
  }
  const execution = await (options.draft ? startDraft : startInstalled)(session, given, facts, options)
  const exitCode = await followRun(session, execution)
  if (options.output === undefined || exitCode !== exitCodes.ok) return exitCode
  const ended = await session.signedIn().executions.get({ params: { id: execution.id } })
  await saveRunFiles(session, ended, options.output)
  return exitCode
}

/** guildhall run */
export const defineRun: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name; the version in your library runs. With --draft: a folder')
    .argument('<action>', 'one of its actions, as in `guildhall info`')
    .option('--input <json>', 'JSON, @file, or - for standard input (default: {})')
    .option('--file <path...>', 'put this file into the workspace of the run; path=name to rename it')
    .option('--output <folder>', 'save the files that the run leaves, and a large result, into this folder')
    .option('--draft', 'run the skill in this folder on the server, without publishing it')
    .option('--background', 'let other runs of yours go first')
    .option('-y, --yes', 'accept the permissions if it is not in your library yet, or is a draft')
  complete(command, invocation, {
    options: Options,
    examples: [
      `run @acme/seo-writer generate --input '{"topic":"tea"}'`,
      'run @acme/csv-summary summarize --file sales.csv --input @options.json --output results',
      'run ./my-skill count --draft --yes --input @input.json',
      `run @acme/seo-writer generate --input - --json < input.json   (one event a line, the last one is "ended")`,
    ],
    run: (session, { args, options }) => run(session, args, options),
  })
}
