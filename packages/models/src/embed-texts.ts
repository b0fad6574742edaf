import { startDeadline } from './deadline.ts'
import { explainFailure, modelFailure } from './explain-failure.ts'
import type { LoadedModels } from './loaded-models.ts'
import { ModelError } from './model-error.ts'
import { type EmbedAnswer, noModelUsage } from './models-port.ts'
import { estimateTokens } from './tokens.ts'

const FALLBACK_BATCH = 64

function batchesOf(texts: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, index) =>
    texts.slice(index * size, (index + 1) * size),
  )
}

async function embedBatch(
  models: LoadedModels,
  { name, values }: { name: string; values: string[] },
  signal: AbortSignal,
) {
  const { provider } = models
  return models.guard(async () => {
    try {
      const { embeddings, usage } = await provider
        .embedding(name)
        .doEmbed({ values, abortSignal: signal, providerOptions: provider.options })
      if (embeddings.length !== values.length) throw modelFailure('provider_error')
      // Some servers count nothing and say 0.
      return { embeddings, tokens: usage?.tokens || values.reduce((sum, text) => sum + estimateTokens(text), 0) }
    } catch (thrown) {
      throw explainFailure(thrown, signal)
    }
  }, signal)
}

/** One vector for each text. See ModelsPort.embed. */
export async function embedTexts(
  models: LoadedModels,
  texts: readonly string[],
  caller: AbortSignal,
): Promise<EmbedAnswer> {
  const name = models.config.models.embedding
  if (name === undefined)
    throw new ModelError('not_configured', 'No model for embeddings is configured on this server', {
      recoveryOptions: ['Ask the administrator to configure a model for embeddings'],
    })
  const size = (await models.provider.embedding(name).maxEmbeddingsPerCall) ?? FALLBACK_BATCH
  const deadline = startDeadline(caller, { timeoutMs: models.config.timeoutMs, stallMs: null })
  const vectors: number[][] = []
  let inputTokens = 0
  try {
    for (const values of batchesOf(texts, size)) {
      const batch = await embedBatch(models, { name, values }, deadline.signal)
      vectors.push(...batch.embeddings)
      inputTokens += batch.tokens
    }
    return { vectors, model: name, usage: { ...noModelUsage, inputTokens } }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    const { message, reason, recoveryOptions, status, cause } = error
    throw new ModelError(reason, message, { recoveryOptions, status, cause, usage: { ...noModelUsage, inputTokens } })
  } finally {
    deadline.clear()
  }
}
