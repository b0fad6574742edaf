import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import type { Diagnosis } from '../doctor/diagnosis.ts'
import { diagnoseLock } from '../doctor/installed.ts'
import { diagnoseAgents, diagnoseCredentialsFile, diagnoseGit, diagnoseNode } from '../doctor/machine.ts'
import { diagnoseKeys, diagnoseLogin, diagnoseRegistry } from '../doctor/registry.ts'
import { exitCodes } from '../failures.ts'
import type { Paint } from '../output/paint.ts'
import { plainLine } from '../output/plain-text.ts'
import type { Session } from '../session.ts'

/** What needs the registry is left out where it does not answer: one reason is enough. */
async function diagnoseAll(session: Session): Promise<Diagnosis[]> {
  const [registry, ...machine] = await Promise.all([
    diagnoseRegistry(session),
    diagnoseGit(session),
    diagnoseCredentialsFile(session),
    diagnoseAgents(session),
    diagnoseLock(session, false),
    diagnoseLock(session, true),
  ])
  const isReachable = registry.every(({ name, state }) => name !== 'registry' || state === 'ok')
  const account = isReachable ? await Promise.all([diagnoseLogin(session), diagnoseKeys(session)]) : []
  return [diagnoseNode(process.versions.node), ...registry, ...account, ...machine]
}

function linesOf({ name, state, message, remedy }: Diagnosis, paint: Paint): string[] {
  const colour = { ok: paint.green, warn: paint.yellow, fail: paint.red }[state]
  const line = `${colour(state.padEnd(4))}  ${name.padEnd(12)}${plainLine(message)}`
  return remedy === null ? [line] : [line, `                  ${plainLine(remedy)}`]
}

/** guildhall doctor */
export const defineDoctor: DefineCommand = (command, invocation) => {
  command.addHelpText(
    'before',
    'Looks at Node, registry, clock, login, trusted keys, git, agents and lock files. Changes nothing; ends with 1 where something fails.\n',
  )
  complete(command, invocation, {
    options: noOptions,
    examples: ['doctor', 'doctor --registry https://skills.example.com --json'],
    run: async (session) => {
      const checks = await diagnoseAll(session)
      const isWell = checks.every(({ state }) => state !== 'fail')
      session.result({ isWell, checks }, () => checks.flatMap((one) => linesOf(one, session.paint)))
      return isWell ? exitCodes.ok : exitCodes.failed
    },
  })
}
