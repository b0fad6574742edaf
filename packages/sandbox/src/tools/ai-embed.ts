import { estimateTokens } from '@guildhall/models'
import * as z from 'zod'
import { defineTool, type Tool } from '../broker/tool.ts'
import { AI_TIMEOUT_MS, aiErrors, aiLimits, checkPromptSize, modelsOf, withTokens } from './ai-request.ts'

const Vector = z.array(z.number())

const Input = z.strictObject({
  text: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(aiLimits.embeddedTexts)])
    .describe('A text, or several'),
  options: z.strictObject({}).prefault({}).describe('Nothing yet'),
})

/** `ai.embed`: a vector for a text, or one for each of several. */
export function createAiEmbed(): Tool {
  return defineTool({
    name: 'ai.embed',
    summary: 'Have a model turn a text into a vector',
    permission: 'ai',
    input: Input,
    output: z
      .union([Vector, z.array(Vector)])
      .describe('The vector of the text; of several texts, one for each in order'),
    limits: [
      `At most ${aiLimits.embeddedTexts} texts of ${aiLimits.promptBytes} bytes altogether`,
      'The tokens of a run are limited',
    ],
    errors: aiErrors,
    timeoutMs: AI_TIMEOUT_MS,
    async execute({ text }, context) {
      const models = modelsOf(context)
      const texts = typeof text === 'string' ? [text] : text
      checkPromptSize(texts)
      const mostTokens = texts.reduce((sum, one) => sum + estimateTokens(one), 0)
      const { vectors } = await withTokens(context, mostTokens, () => models.embed(texts, context.signal))
      return typeof text === 'string' ? (vectors[0] ?? []) : vectors
    },
  })
}
