import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider'
import type { Provider } from './load-provider.ts'
import type { TextRequest } from './models-port.ts'

function promptOf({ system, messages }: TextRequest): LanguageModelV4Prompt {
  return [
    ...(system === null ? [] : [{ role: 'system' as const, content: system }]),
    ...messages.map(({ role, content }) => ({ role, content: [{ type: 'text' as const, text: content }] })),
  ]
}

/** A request in the words of the library. */
export function callOptions(
  request: TextRequest,
  provider: Provider,
  abortSignal: AbortSignal,
): LanguageModelV4CallOptions {
  const { maxOutputTokens, temperature } = request
  return {
    prompt: promptOf(request),
    maxOutputTokens,
    ...(temperature === null ? {} : { temperature }),
    abortSignal,
    providerOptions: provider.options,
  }
}
