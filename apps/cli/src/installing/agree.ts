import { confirm } from '../ask.ts'
import { Failure } from '../failures.ts'
import { permissionLines } from '../output/permission-lines.ts'
import { plainLine } from '../output/plain-text.ts'
import type { Session } from '../session.ts'
import { sourceLine } from './source-line.ts'
import { type ReadySkill, statementsOf, titleOf } from './ready-skill.ts'

function originOf({ entry }: ReadySkill): string {
  if (entry.source.kind === 'registry') return `signed by ${entry.keyIds.join(', ')}`
  const from = plainLine(sourceLine(entry.source))
  return `NOT SIGNED: nobody vouches for these files, from ${from}; its digest is kept in the lock file`
}

async function show(session: Session, skill: ReadySkill): Promise<void> {
  const { paint } = session
  const statements = await statementsOf(skill)
  const origin = originOf(skill)
  session.note(
    `${paint.bold(titleOf(skill.entry))}  ${skill.entry.source.kind === 'registry' ? paint.dim(origin) : paint.yellow(origin)}`,
  )
  for (const warning of skill.warnings) session.note(`  ${paint.yellow('warning')}  ${plainLine(warning)}`)
  if (statements === null)
    session.note(`  ${paint.red('It says what it asks for in a way that cannot be understood.')}`)
  else for (const line of permissionLines(statements, paint)) session.note(line)
}

/** Shows all skills with what they ask for and asks once. Throws a Failure unless the answer is a clear yes. */
export async function agree(
  session: Session,
  skills: readonly ReadySkill[],
  asked: { question: string; isAccepted: boolean },
): Promise<void> {
  for (const skill of skills) await show(session, skill)
  if (asked.isAccepted) return
  if (!session.canAsk)
    throw new Failure('Nobody consented to the permissions, and there is no terminal to ask on', {
      remedy: 'Read them above, then add --yes.',
    })
  if (!(await confirm(session, asked.question))) throw new Failure('Not accepted; nothing was changed')
}
