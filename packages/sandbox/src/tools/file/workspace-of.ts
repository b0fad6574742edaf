import * as z from 'zod'
import { ToolFailure, type ToolContext } from '../../broker/tool.ts'

/** A path of the workspace, as an argument. */
export const PathField = z.string().min(1).describe('Where in the workspace, such as notes/today.txt')

/** The folder of the run. Throws ToolFailure `not_configured` where the run has none. */
export function workspaceOf({ workspaceDir }: ToolContext): string {
  if (workspaceDir !== null) return workspaceDir
  throw new ToolFailure('not_configured', 'This run has no workspace')
}
