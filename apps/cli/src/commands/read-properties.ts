import { readProperties } from '@guildhall/skill-format'
import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { printReference, readReferenceFolder, refuseArgument } from '../reference-folder.ts'
import type { Session } from '../session.ts'

const USAGE = 'read-properties [OPTIONS] SKILL_PATH'

async function printProperties(session: Session, given: string | undefined): Promise<number> {
  if (given === undefined) return refuseArgument(session, USAGE, "Missing argument 'SKILL_PATH'.")
  const folder = await readReferenceFolder(session.host.cwd, given)
  if (folder === null)
    return refuseArgument(session, USAGE, `Invalid value for 'SKILL_PATH': Path '${given}' does not exist.`)
  return printReference(session, readProperties(folder.files, folder.shown))
}

/** guildhall read-properties */
export const defineReadProperties: DefineCommand = (command, invocation) => {
  command
    .argument('[path]', 'a skill folder or its SKILL.md')
    .addHelpText(
      'before',
      'Prints byte for byte what the reference tool (skills-ref 0.1.1) prints, to standard output or error.\n',
    )
  complete(command, invocation, {
    options: noOptions,
    examples: ['read-properties ./my-skill', 'read-properties . | jq -r .name'],
    run: (session, { args }) => printProperties(session, args[0]),
  })
}
