import {
  ModelError,
  type ModelErrorReason,
  type ModelMessage,
  type ModelsPort,
  type ModelUsage,
  type TextRequest,
} from '@guildhall/models'
import * as z from 'zod'
import { ToolFailure, type ToolContext } from '../broker/tool.ts'
import type { ToolErrorType } from '../run.ts'

/** What the calls of models keep to. Sizes are UTF-8 bytes. */
export const aiLimits = {
  promptBytes: 256 * 1024,
  messages: 64,
  outputTokens: 16_384,
  defaultOutputTokens: 2_048,
  answerBytes: 1024 * 1024,
  embeddedTexts: 64,
}

/** A model may take long; the time of the run holds all the same. */
export const AI_TIMEOUT_MS = 300_000

/** How a call of a model can fail, for the reference. */
export const aiErrors: ToolErrorType[] = [
  'not_configured',
  'quota_exceeded',
  'too_large',
  'network_error',
  'tool_error',
]

const Text = z.string().min(1)

/** What the model is asked: a text, or a conversation whose last message is the user's. */
export const Prompt = z
  .union([
    Text,
    z
      .array(z.strictObject({ role: z.enum(['user', 'assistant']), content: Text }))
      .min(1)
      .max(aiLimits.messages)
      .refine((messages) => messages.at(-1)?.role === 'user', 'must end with a message of the user'),
  ])
  .describe('What the model is asked: a text, or a conversation that ends with a message of the user')

/** How a model is to write. */
export const writingOptions = {
  system: Text.optional().describe('What the model is, and how it should answer'),
  maxOutputTokens: z
    .int()
    .min(1)
    .max(aiLimits.outputTokens)
    .default(aiLimits.defaultOutputTokens)
    .describe('The answer ends after so many tokens'),
  temperature: z.number().min(0).max(2).optional().describe('Higher is more surprising; default: the model’s own'),
}

interface Writing {
  system?: string | undefined
  maxOutputTokens: number
  temperature?: number | undefined
}

function messagesOf(prompt: z.output<typeof Prompt>): ModelMessage[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt
}

/** Throws ToolFailure `too_large` for texts that are longer than a call may carry. */
export function checkPromptSize(texts: readonly string[]): void {
  const { promptBytes } = aiLimits
  if (texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > promptBytes)
    throw new ToolFailure('too_large', `A call of a model carries at most ${promptBytes} bytes of text`, {
      recoveryOptions: ['Shorten the text', 'Split it, and ask for each part'],
    })
}

/** The request that the arguments stand for. Throws ToolFailure `too_large`. */
export function textRequest(prompt: z.output<typeof Prompt>, options: Writing): TextRequest {
  const { system = null, maxOutputTokens, temperature = null } = options
  const messages = messagesOf(prompt)
  checkPromptSize([system ?? '', ...messages.map(({ content }) => content)])
  return { system, messages, maxOutputTokens, temperature }
}

/** The models of this host. Throws ToolFailure `not_configured`. */
export function modelsOf({ models }: ToolContext): ModelsPort {
  if (models) return models
  throw new ToolFailure('not_configured', 'AI is not configured on this server', {
    recoveryOptions: ['Ask the administrator to configure a model provider'],
  })
}

const errorTypes: Record<ModelErrorReason, ToolErrorType> = {
  not_configured: 'not_configured',
  auth: 'not_configured',
  rate_limited: 'tool_error',
  overloaded: 'tool_error',
  content_filter: 'tool_error',
  context_length: 'too_large',
  invalid_request: 'input_invalid',
  invalid_answer: 'tool_error',
  timeout: 'timeout',
  unreachable: 'network_error',
  cancelled: 'cancelled',
  provider_error: 'tool_error',
}

/* What is the business of whoever runs this host, and none of the skill's. */
const hostReasons = new Set<ModelErrorReason>([
  'not_configured',
  'auth',
  'rate_limited',
  'overloaded',
  'unreachable',
  'provider_error',
])

/** The same as the skill is told it. What the provider said goes nowhere: it may hold parts of the request or of the key. */
export function aiFailure({ reason, message, recoveryOptions, status }: ModelError): ToolFailure {
  const said = status === null ? reason : `${reason}, status ${status}`
  const cause = hostReasons.has(reason) ? new Error(`the model provider failed: ${said}`) : undefined
  return new ToolFailure(errorTypes[reason], message, { recoveryOptions, cause })
}

const totalOf = ({ inputTokens, outputTokens }: ModelUsage) => inputTokens + outputTokens

/**
 * Makes a call of a model within the budget: its tokens are set aside before, and what it spent is counted after, also where it failed.
 * `work` may say what it has spent so far. Rejects with ToolFailure.
 */
export async function withTokens<T extends { usage: ModelUsage }>(
  { budget }: ToolContext,
  mostTokens: number,
  work: (spent: (tokens: number) => void) => Promise<T>,
): Promise<T> {
  const reservation = budget.reserveTokens(mostTokens)
  let spentTokens = 0
  const spent = (tokens: number) => {
    spentTokens = tokens
    reservation.spent(tokens)
  }
  try {
    const answer = await work(spent)
    spentTokens = totalOf(answer.usage)
    return answer
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    spentTokens = Math.max(spentTokens, totalOf(error.usage))
    throw aiFailure(error)
  } finally {
    reservation.settle(spentTokens)
  }
}
