import type { LanguageModelV4Usage } from '@ai-sdk/provider'
import type { ModelUsage, TextRequest } from './models-port.ts'

/* Measured on the tokenizers in use, text has one token for three to five bytes; few bytes keep the estimate on the safe side. */
const BYTES_PER_TOKEN = 3
const TOKENS_PER_MESSAGE = 8

/** About as many tokens as a text has, rather too many. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
}

/** About as many tokens as a model has to read for a request, rather too many. */
export function estimateRequestTokens({ system, messages }: Pick<TextRequest, 'system' | 'messages'>): number {
  const texts = [system ?? '', ...messages.map(({ content }) => content)]
  return texts.reduce((sum, text) => sum + estimateTokens(text) + TOKENS_PER_MESSAGE, 0)
}

/** What the provider counted; what it did not count, is estimated. */
export function usageOf(counted: LanguageModelV4Usage | null, request: TextRequest, text: string): ModelUsage {
  return {
    inputTokens: counted?.inputTokens.total ?? estimateRequestTokens(request),
    outputTokens: counted?.outputTokens.total ?? estimateTokens(text),
  }
}
