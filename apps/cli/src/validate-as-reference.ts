import { readSkillMd } from '@guildhall/skill-format'
import { exitCodes } from './failures.ts'
import { readReferenceFolder, type ReferenceFolder, refuseArgument } from './reference-folder.ts'
import type { Session } from './session.ts'

function errorsOf({ files, shown, isFolder, directoryName }: ReferenceFolder): readonly string[] {
  return isFolder ? readSkillMd(files, directoryName).specErrors : [`Not a directory: ${shown}`]
}

/**
 * Prints what `validate` of the reference tool prints for each path, byte for byte, and returns its exit code: 0, 1 for a skill
 * that is not valid, 2 for a path where nothing is. Ends at the first such path, as the reference does.
 */
export async function validateAsReference(session: Session, paths: readonly string[]): Promise<number> {
  const { stdout, stderr, cwd } = session.host
  let exitCode: number = exitCodes.ok
  for (const path of paths) {
    const folder = await readReferenceFolder(cwd, path)
    if (folder === null) {
      const problem = `Invalid value for 'SKILL_PATH': Path '${path}' does not exist.`
      return refuseArgument(session, 'validate [OPTIONS] SKILL_PATH', problem)
    }
    const errors = errorsOf(folder)
    if (errors.length === 0) stdout.write(`Valid skill: ${folder.shown}\n`)
    else {
      const lines = [`Validation failed for ${folder.shown}:`, ...errors.map((error) => `  - ${error}`)]
      stderr.write(`${lines.join('\n')}\n`)
      exitCode = exitCodes.failed
    }
  }
  return exitCode
}
