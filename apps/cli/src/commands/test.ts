import { type ActionCase, Evals } from '@guildhall/contracts'
import type { CaseVerdict } from '@guildhall/sandbox'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes, Failure } from '../failures.ts'
import { createCaller } from '../local/call-skills.ts'
import { findCallees } from '../local/callees.ts'
import { withSandbox } from '../local/load-sandbox.ts'
import { type LocalSkill, readLocalSkill } from '../local/local-skill.ts'
import { localModels } from '../local/local-models.ts'
import { localSecrets } from '../local/local-secrets.ts'
import { withFolderOption } from '../local/with-option.ts'
import { caseLines } from '../output/case-lines.ts'
import type { Session } from '../session.ts'

const EVALS = 'evals/evals.json'

const Options = z.object({
  filter: z.string().optional(),
  secrets: z.string().optional(),
  with: withFolderOption.schema,
})
type Options = z.infer<typeof Options>

function evalsIn({ path, files }: LocalSkill): Evals {
  const bytes = files.get(EVALS)
  if (bytes === undefined)
    throw new Failure(`The skill has no ${EVALS}`, {
      where: path,
      remedy: 'Write its cases there; `guildhall init --kind javascript` shows how.',
    })
  try {
    return Evals.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new Failure(`${EVALS} cannot be understood: ${what}`, {
      where: path,
      remedy: 'Correct what is named.',
      cause,
    })
  }
}

function chosenCases(skill: LocalSkill, { filter = '' }: Options): ActionCase[] {
  const { cases } = evalsIn(skill)
  const chosen = cases.filter(({ id, action }) => `${action} ${id}`.includes(filter))
  if (chosen.length > 0) return chosen
  throw new Failure(cases.length === 0 ? `${EVALS} has no cases` : `No case has "${filter}" in its action or id`, {
    where: skill.path,
    remedy:
      cases.length === 0 ? 'Add at least one under "cases".' : `There are: ${cases.map(({ id }) => id).join(', ')}.`,
  })
}

async function test(session: Session, given: string, options: Options): Promise<number> {
  const skill = await readLocalSkill(session.host.cwd, given)
  const cases = chosenCases(skill, options)
  const secrets = await localSecrets(session, options.secrets)
  const models = await localModels(session)
  const callees = await findCallees(session, skill, { withFolders: options.with })
  const verdicts: CaseVerdict[] = []
  await withSandbox(async (open) => {
    for (const one of cases) {
      const logs: string[] = []
      const onLog = (_level: string, message: string): void => void logs.push(message)
      const skillCaller = createCaller(open, callees, { models, tell: { log: onLog } })
      const surroundings = { secrets, models, skillCaller, onLog }
      const verdict = await open.kit.runActionCase(open.sandbox, skill, one, surroundings)
      verdicts.push(verdict)
      if (!session.isJson) for (const line of caseLines(one, verdict, logs, session.paint)) session.print(line)
    }
  })
  const failed = verdicts.filter(({ problems }) => problems.length > 0).length
  const passed = verdicts.length - failed
  session.result({ skill: skill.summary.name, passed, failed, cases: verdicts }, () => [
    `${passed} passed, ${failed} failed`,
  ])
  return failed === 0 ? exitCodes.ok : exitCodes.failed
}

/** guildhall test */
export const defineTest: DefineCommand = (command, invocation) => {
  command
    .argument('[dir]', 'the folder of the skill (default: this folder)')
    .option('--filter <text>', 'only cases with this text in their action or id')
    .option('--secrets <file>', 'NAME=value lines (default: GUILDHALL_SECRET_NAME of the environment)')
    .option(withFolderOption.flags, withFolderOption.description, withFolderOption.collect)
  complete(command, invocation, {
    options: Options,
    examples: [
      'test my-skill',
      'test --filter two-words',
      'test my-skill --json',
      'test trip-planner --with ../other-project/geocode',
    ],
    run: (session, { args, options }) => test(session, args[0] ?? '.', options),
  })
}
