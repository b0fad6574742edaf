import type { ExecutionError, ExecutionStatus } from '@guildhall/contracts'
import type { MarkSign } from '../../ui/mark.tsx'

/** How a run stands, as a sign and in words. */
export const statusWords: Record<ExecutionStatus, { sign: MarkSign; words: string }> = {
  queued: { sign: 'pending', words: 'Waiting to start' },
  running: { sign: 'running', words: 'Running' },
  succeeded: { sign: 'done', words: 'Succeeded' },
  failed: { sign: 'failed', words: 'Failed' },
  cancelled: { sign: 'stopped', words: 'Cancelled' },
  timed_out: { sign: 'stopped', words: 'Ran out of time' },
}

/** Whether nothing more will happen in a run. */
export function hasEnded(status: ExecutionStatus): boolean {
  return status !== 'queued' && status !== 'running'
}

export const errorWords: Record<ExecutionError['errorType'], string> = {
  skill_error: 'The skill failed',
  input_invalid: 'The input does not match the action',
  output_invalid: 'The skill answered something it did not promise',
  permission_denied: 'The skill asked for something it was not granted',
  timeout: 'It ran longer than it may',
  memory_limit: 'It used more memory than it may',
  output_limit: 'It wrote more than it may',
  quota_exceeded: 'A limit was reached',
  tool_error: 'A tool failed',
  interrupted: 'The server was interrupted',
  cancelled: 'It was cancelled',
  sandbox_error: 'The sandbox failed',
}
