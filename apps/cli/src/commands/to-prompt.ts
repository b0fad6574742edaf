import { type PromptSkill, toPrompt } from '@guildhall/skill-format'
import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { printReference, readReferenceFolder, refuseArgument } from '../reference-folder.ts'
import type { Session } from '../session.ts'

const USAGE = 'to-prompt [OPTIONS] SKILL_PATHS...'

async function printPrompt(session: Session, paths: readonly string[]): Promise<number> {
  if (paths.length === 0) return refuseArgument(session, USAGE, "Missing argument 'SKILL_PATHS...'.")
  const skills: PromptSkill[] = []
  for (const path of paths) {
    const folder = await readReferenceFolder(session.host.cwd, path)
    if (folder === null)
      return refuseArgument(session, USAGE, `Invalid value for 'SKILL_PATHS...': Path '${path}' does not exist.`)
    skills.push(folder)
  }
  return printReference(session, toPrompt(skills))
}

/** guildhall to-prompt */
export const defineToPrompt: DefineCommand = (command, invocation) => {
  command
    .argument('[path...]', 'skill folders, or their SKILL.md')
    .addHelpText(
      'before',
      'Prints byte for byte what the reference tool (skills-ref 0.1.1) prints, to standard output or error.\n',
    )
  complete(command, invocation, {
    options: noOptions,
    examples: ['to-prompt ./my-skill', 'to-prompt .claude/skills/*'],
    run: (session, { args }) => printPrompt(session, args),
  })
}
