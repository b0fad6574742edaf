import type { IsolationLevel } from '@guildhall/contracts'
import type { Enclosure } from '../../isolation/enclosure.ts'
import type { RunLimits } from '../../run.ts'
import { workspaceLimits } from '../../workspace/workspace-path.ts'
import type { ScriptCommand } from './script-command.ts'

/** Where a script finds its package and its workspace, whatever walls it off. */
export const scriptPlaces = { skill: '/skill', workspace: '/workspace' } as const

/** One script that is to run. */
export interface Script extends ScriptCommand {
  /** Path of the script within the package. */
  entry: string
  args: string[]
  stdin: string
  env: Record<string, string>
  /** Folder of the package on the host; seen read-only. */
  packageDir: string
  /** A path within our own folder, where nothing is: the workspace may stand there while the script runs. */
  borrowedDir: string
  /** Folder on the host in which the script stands; it may write here. */
  workspaceDir: string
}

/** Walls around one script, put up before it starts. */
export interface ScriptEnclosure extends Enclosure {
  /** Where the workspace lies on the host while the script runs. */
  workspaceDir: string
  /** Whether it was ended for its memory. Ask when the process has ended, before removing. */
  wasOutOfMemory(): Promise<boolean>
}

/** One way of walling scripts off. */
export interface ScriptHost {
  level: IsolationLevel
  /** What stands around a script, for people. */
  message: string
  /** Rejects where the system refuses. */
  enclose(script: Script, limits: RunLimits): Promise<ScriptEnclosure>
}

/** What every script may use beside its memory. */
export const scriptLimits = {
  tasks: 64,
  fileBytes: workspaceLimits.fileBytes,
  temporaryBytes: 32 * 1024 * 1024,
} as const

/** The command within the walls. */
export function scriptWords({ interpreter, flags, entry, args }: Script): string[] {
  // Python must not write compiled files beside the skill's, nor take packages of the machine.
  const own = interpreter === 'python3' ? ['-B', '-s', '-E'] : []
  return [interpreter, ...own, ...flags, `${scriptPlaces.skill}/${entry}`, ...args]
}
