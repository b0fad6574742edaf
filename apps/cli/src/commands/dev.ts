import type { JsonValue, WorkspaceFile } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes, Failure, usageFailure } from '../failures.ts'
import { askInput } from '../local/ask-input.ts'
import { findCallees } from '../local/callees.ts'
import { type OnFolder, readWithFolders } from '../local/callee-places.ts'
import { type OpenSandbox, withSandbox } from '../local/load-sandbox.ts'
import { actionOf, type LocalSkill, type NamedAction, readLocalSkill } from '../local/local-skill.ts'
import { localModels } from '../local/local-models.ts'
import { localSecrets } from '../local/local-secrets.ts'
import { createPermissionKeeper } from '../local/permission-keeper.ts'
import { type LocalRun, runLocally } from '../local/run-local.ts'
import { watchFolders } from '../local/watch-folders.ts'
import { withFolderOption } from '../local/with-option.ts'
import { readInput, readWorkspaceFile } from '../run-input.ts'
import type { Session } from '../session.ts'

const Options = z.object({
  action: z.string().optional(),
  input: z.string().optional(),
  file: z.array(z.string()).max(8, 'at most 8 files').default([]),
  secrets: z.string().optional(),
  with: withFolderOption.schema,
  yes: z.boolean().default(false),
  once: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

/** What stays while the files of the skill change. */
interface Sitting extends Pick<LocalRun, 'storage' | 'secrets' | 'models'> {
  /** The folder of the skill, as it was given. */
  given: string
  files: WorkspaceFile[]
  input: JsonValue | undefined
  options: Options
}

async function inputFor(session: Session, sitting: Sitting, action: NamedAction): Promise<JsonValue> {
  if (sitting.input === undefined) {
    const { options } = sitting
    const isAsked = options.input === undefined && session.canAsk
    sitting.input = isAsked ? await askInput(session, action.schema) : await readInput(session, options.input)
  }
  return sitting.input
}

function refuseInput(open: OpenSandbox, action: NamedAction, input: JsonValue): void {
  const issues = open.kit.createActionValidator(action.schema).validateInput(input)
  if (issues.length === 0) return
  const places = issues.map(({ path, message }) => `input${path.replaceAll('/', '.')} ${message}`)
  throw usageFailure(places.join('; '), `See the input schema of ${action.name} in action-schema.json.`)
}

async function refuseKind({ sandbox }: OpenSandbox, { summary, path }: LocalSkill): Promise<void> {
  const { runnable, message } = await sandbox.statusOf(summary.kind)
  if (runnable) return
  throw new Failure(`Skills of kind ${summary.kind} cannot run on this machine: ${message}`, {
    where: path,
    remedy: 'Run it on a server with `guildhall run --draft`.',
  })
}

/** Reads the skill, and those that it may call, as they are now and runs it. Answers the exit code. */
async function runAsItIs(session: Session, open: OpenSandbox, sitting: Sitting, onFolder?: OnFolder): Promise<number> {
  const { given, options, files, storage, secrets, models } = sitting
  const skill = await readLocalSkill(session.host.cwd, given)
  const callees = await findCallees(session, skill, { withFolders: options.with, onFolder })
  await refuseKind(open, skill)
  const action = actionOf(skill, options.action)
  const input = await inputFor(session, sitting, action)
  refuseInput(open, action, input)
  const keeper = await createPermissionKeeper(session, { folder: skill.path, kit: open.kit, isAccepted: options.yes })
  const run = { skill, action, input, files, storage, secrets, models, keeper, callees }
  const outcome = await runLocally(session, open, run)
  return outcome.status === 'succeeded' ? exitCodes.ok : exitCodes.failed
}

/** While somebody works on the files, a mistake in them is shown, and the next change is waited for. */
async function runOrExplain(session: Session, open: OpenSandbox, sitting: Sitting, onFolder: OnFolder): Promise<void> {
  try {
    await runAsItIs(session, open, sitting, onFolder)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    session.note(`${session.paint.red('error:')} ${error.message}`)
    if (error.remedy !== undefined) session.note(`  ${session.paint.dim('mend: ')}  ${error.remedy}`)
  }
}

async function develop(session: Session, open: OpenSandbox, sitting: Sitting): Promise<number> {
  const { path } = await readLocalSkill(session.host.cwd, sitting.given)
  const leaving = new AbortController()
  for (;;) {
    // Each folder is watched from before it is read, so that no change is missed.
    const watching = watchFolders(leaving.signal)
    watching.add(path)
    await runOrExplain(session, open, sitting, watching.add)
    session.note(session.paint.dim(`Waiting for a change in ${watching.folders().join(', ')} (Ctrl-C ends)`))
    const stopListening = session.host.onInterrupt(() => leaving.abort())
    await watching.changed
    stopListening()
    if (leaving.signal.aborted) return exitCodes.ok
  }
}

/** guildhall dev */
export const defineDev: DefineCommand = (command, invocation) => {
  command
    .argument('[dir]', 'the folder of the skill (default: this folder)')
    .option('--action <name>', 'the action to run; needed where there are several')
    .option('--input <json>', 'JSON, @file, or - for standard input (default: it is asked for on a terminal, else {})')
    .option('--file <path...>', 'put this file into the workspace of the run; path=name to rename it')
    .option('--secrets <file>', 'NAME=value lines (default: GUILDHALL_SECRET_NAME of the environment)')
    .option(withFolderOption.flags, withFolderOption.description, withFolderOption.collect)
    .option('-y, --yes', 'allow everything that permissions.json asks for, without a question')
    .option('--once', 'run once and end with 0 or 1, without waiting for changes')
  complete(command, invocation, {
    options: Options,
    examples: [
      'dev my-skill',
      `dev my-skill --action count --input '{"text":"two words"}' --once`,
      'dev --yes --input @input.json',
      'dev trip-planner --with ../other-project/geocode',
    ],
    run: async (session, { args, options }) => {
      const given = args[0] ?? '.'
      const files = await Promise.all(options.file.map((file) => readWorkspaceFile(session, file)))
      const secrets = await localSecrets(session, options.secrets)
      const models = await localModels(session)
      await readLocalSkill(session.host.cwd, given)
      await readWithFolders(session, options.with)
      return withSandbox((open) => {
        const storage = open.kit.createMemoryStorage()
        const sitting: Sitting = { given, files, storage, secrets, models, input: undefined, options }
        return options.once ? runAsItIs(session, open, sitting) : develop(session, open, sitting)
      })
    },
  })
}
