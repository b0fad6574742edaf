import { estimateRequestTokens, estimateTokens, type TextAnswer, type TextRequest } from '@guildhall/models'
import * as z from 'zod'
import { defineTool, ToolFailure, type Tool, type ToolContext } from '../broker/tool.ts'
import {
  AI_TIMEOUT_MS,
  aiErrors,
  aiLimits,
  modelsOf,
  Prompt,
  textRequest,
  withTokens,
  writingOptions,
} from './ai-request.ts'

const Input = z.strictObject({
  prompt: Prompt,
  options: z.strictObject(writingOptions).prefault({}).describe('How the model is to write'),
})

function checkAnswerSize(bytes: number) {
  if (bytes > aiLimits.answerBytes)
    throw new ToolFailure('too_large', `The model wrote more than ${aiLimits.answerBytes} bytes`, {
      recoveryOptions: ['Ask for a shorter text'],
    })
}

/** Hands the parts on as they come. Hangs up on a model that does not stop. */
async function write(request: TextRequest, context: ToolContext, spent: (tokens: number) => void): Promise<TextAnswer> {
  const hangUp = new AbortController()
  const { parts, whole } = modelsOf(context).generateText(request, AbortSignal.any([context.signal, hangUp.signal]))
  const readTokens = estimateRequestTokens(request)
  let writtenTokens = 0
  let bytes = 0
  try {
    for await (const part of parts) {
      writtenTokens += estimateTokens(part)
      bytes += Buffer.byteLength(part)
      spent(readTokens + writtenTokens)
      checkAnswerSize(bytes)
      context.onPart(part)
    }
    return await whole
  } finally {
    hangUp.abort()
  }
}

/** `ai.generateText`: a text, part by part and as a whole. */
export function createAiGenerateText(): Tool {
  return defineTool({
    name: 'ai.generateText',
    summary: 'Have a model write a text',
    permission: 'ai',
    input: Input,
    output: z.string().describe('The whole text; its parts come before, to whoever iterates the call'),
    limits: [
      `A prompt has at most ${aiLimits.promptBytes} bytes and ${aiLimits.messages} messages`,
      `An answer has at most ${aiLimits.outputTokens} tokens`,
      'The tokens of a run are limited',
    ],
    errors: aiErrors,
    timeoutMs: AI_TIMEOUT_MS,
    async execute({ prompt, options }, context) {
      modelsOf(context)
      const request = textRequest(prompt, options)
      const mostTokens = estimateRequestTokens(request) + request.maxOutputTokens
      const { text } = await withTokens(context, mostTokens, (spent) => write(request, context, spent))
      return text
    },
  })
}
