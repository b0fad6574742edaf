import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { PackageFiles, ReferenceOutput } from '@guildhall/skill-format'
import { exitCodes } from './failures.ts'
import type { Session } from './session.ts'

/** A path as the reference tools (skills-ref 0.1.1) take it. */
export interface ReferenceFolder {
  /** As they print it. */
  shown: string
  /** What they take for the name of the folder; empty for `.` and `..` alone. */
  directoryName: string
  /** Absolute, every link resolved. */
  directory: string
  isFolder: boolean
  /** Its SKILL.md or skill.md, nothing else; empty where there is none. */
  files: PackageFiles
}

/** `str(Path(text))` of Python: no `//`, no `.` between, no `/` at the end; `..` stays. */
function pythonPath(text: string): string {
  const root = text.startsWith('/') ? '/' : ''
  const parts = text.split('/').filter((part) => part !== '' && part !== '.')
  return root + parts.join('/') || '.'
}

function parentOf(path: string): string {
  const parent = dirname(path)
  return parent === '' ? '.' : parent
}

async function skillMdOf(directory: string): Promise<PackageFiles> {
  for (const name of ['SKILL.md', 'skill.md']) {
    const bytes = await readFile(join(directory, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
      throw error
    })
    if (bytes !== null) return new Map([[name, new Uint8Array(bytes)]])
  }
  return new Map()
}

/** Reads what the reference tools read; null where nothing is at the path. A SKILL.md stands for its folder. */
export async function readReferenceFolder(cwd: string, given: string): Promise<ReferenceFolder | null> {
  if (given === '') return null
  const found = await stat(resolve(cwd, given)).catch(() => null)
  if (found === null) return null
  const path = pythonPath(given)
  const isSkillMd = found.isFile() && basename(path).toLowerCase() === 'skill.md'
  const shown = isSkillMd ? parentOf(path) : path
  const directory = await realpath(resolve(cwd, shown))
  return {
    shown,
    directoryName: shown === '.' ? '' : basename(shown),
    directory,
    isFolder: isSkillMd || found.isDirectory(),
    files: await skillMdOf(directory),
  }
}

/** Says in the words of the reference tools that an argument is wrong. */
export function refuseArgument(session: Session, usage: string, problem: string): number {
  const [command] = usage.split(' ')
  session.host.stderr.write(
    `Usage: agentskills ${usage}\nTry 'agentskills ${command} --help' for help.\n\nError: ${problem}\n`,
  )
  return exitCodes.usage
}

/** Prints what the reference tools would print, and gives their exit code. */
export function printReference({ host }: Session, output: ReferenceOutput): number {
  if (output.status === 'printed') {
    host.stdout.write(output.stdout)
    return exitCodes.ok
  }
  host.stderr.write(output.stderr)
  return exitCodes.failed
}
