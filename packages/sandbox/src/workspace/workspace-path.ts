import { ToolFailure } from '../broker/tool.ts'

/** What the workspace of one run may hold, and how much of a file one answer may carry. */
export const workspaceLimits = {
  fileBytes: 16 * 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
  /** Files and folders together. */
  files: 256,
  depth: 8,
  answerBytes: 2 * 1024 * 1024,
}

const MAX_PATH_CHARS = 256

/** The failure of a call whose path may not be used; `why` goes on from the path. */
export function refusedPath(path: string, why: string): ToolFailure {
  return new ToolFailure('input_invalid', `${JSON.stringify(path.slice(0, MAX_PATH_CHARS))} ${why}`, {
    recoveryOptions: ['Use a path relative to the workspace, such as notes/today.txt'],
  })
}

/** The failure of a call whose path leads to nothing. */
export function notInWorkspace(path: string): ToolFailure {
  return new ToolFailure('not_found', `There is no file ${JSON.stringify(path)} in the workspace`, {
    recoveryOptions: ['List the workspace to see its files'],
  })
}

/** The segments of a path within the workspace. Throws ToolFailure for every path that could mean another place. */
export function parseWorkspacePath(path: string): string[] {
  if (path.length > MAX_PATH_CHARS) throw refusedPath(path, `is longer than ${MAX_PATH_CHARS} characters`)
  if (/[\0\\]/.test(path)) throw refusedPath(path, 'has a character that a path cannot have')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) throw refusedPath(path, 'is not relative to the workspace')
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.includes('..')) throw refusedPath(path, 'leads out of the workspace')
  if (segments.length > workspaceLimits.depth)
    throw refusedPath(path, `is deeper than ${workspaceLimits.depth} folders`)
  return segments
}

/** The segments of a path that names something within the workspace: not the workspace itself. Throws ToolFailure. */
export function parseFilePath(path: string): { folder: string[]; name: string } {
  const segments = parseWorkspacePath(path)
  const name = segments.at(-1)
  if (name === undefined) throw refusedPath(path, 'is not a file')
  return { folder: segments.slice(0, -1), name }
}

/** Whether the system refused something with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code)
}
