import type { ExecutionError } from '@guildhall/contracts'

const MAX_MESSAGE = 4000

const recovery: Record<ExecutionError['errorType'], string[]> = {
  skill_error: ['Check the input, then run it again', 'Report the message to the publisher of the skill'],
  input_invalid: ['Correct the fields named in the message'],
  output_invalid: ['Report this to the publisher of the skill'],
  permission_denied: [
    'Install a version that asks for this permission, or tell the publisher of the skill that it is missing',
  ],
  timeout: ['Run it with a smaller input'],
  memory_limit: ['Run it with a smaller input'],
  output_limit: ['Run it with a smaller input', 'Report this to the publisher of the skill'],
  quota_exceeded: ['Run it with a smaller input'],
  tool_error: ['Check the input, then run it again'],
  interrupted: ['Run it again'],
  cancelled: ['Run it again'],
  sandbox_error: ['Run it again', 'Report this to the publisher of the skill'],
}

/** Why a run did not succeed, cut to the length that the contract allows, with what its user can do. */
export function failure(errorType: ExecutionError['errorType'], message: string): ExecutionError {
  return { errorType, message: message.slice(0, MAX_MESSAGE), recoveryOptions: [...recovery[errorType]] }
}
