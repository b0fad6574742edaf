import type { LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider'
import { callOptions } from './call-options.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { explainFailure, modelFailure } from './explain-failure.ts'
import type { LoadedModels } from './loaded-models.ts'
import { ModelError } from './model-error.ts'
import type { FinishReason, TextAnswer, TextRequest } from './models-port.ts'
import { usageOf } from './tokens.ts'

/** What was heard of one answer so far. */
interface Progress {
  text: string
  model: string
  usage: LanguageModelV4Usage | null
  finishReason: FinishReason | null
}

type Parts = AsyncIterator<LanguageModelV4StreamPart, unknown>

function withUsage(error: ModelError, request: TextRequest, progress: Progress): ModelError {
  const { message, reason, recoveryOptions, retryAfterMs, status, cause } = error
  return new ModelError(reason, message, {
    recoveryOptions,
    retryAfterMs,
    status,
    cause,
    usage: usageOf(progress.usage, request, progress.text),
  })
}

/** Takes one part in. Answers the piece of text in it. */
function hear(part: LanguageModelV4StreamPart, progress: Progress): string {
  if (part.type === 'error') throw part.error
  if (part.type === 'response-metadata') progress.model = part.modelId ?? progress.model
  if (part.type === 'finish') {
    progress.usage = part.usage
    const { unified } = part.finishReason
    if (unified === 'content-filter') throw modelFailure('content_filter')
    if (unified === 'error') throw modelFailure('provider_error')
    progress.finishReason = unified === 'length' ? 'length' : 'stop'
  }
  return part.type === 'text-delta' ? part.delta : ''
}

/** Reads up to the next piece of text; null at the end. */
async function nextPiece(parts: Parts, progress: Progress, deadline: Deadline): Promise<string | null> {
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    deadline.touch()
    const piece = hear(next.value, progress)
    if (piece !== '') return piece
  }
  return null
}

/** A stream is one thing as long as nothing of it has been handed on: until then the request may be repeated. */
async function open(models: LoadedModels, request: TextRequest, progress: Progress, deadline: Deadline) {
  const { signal } = deadline
  return models.guard(async () => {
    let hasBegun = false
    try {
      const model = models.provider.language(models.config.models.text)
      const { stream } = await model.doStream(callOptions(request, models.provider, signal))
      hasBegun = true
      const parts: Parts = stream[Symbol.asyncIterator]()
      return { parts, first: await nextPiece(parts, progress, deadline) }
    } catch (thrown) {
      const failure = explainFailure(thrown, signal)
      throw hasBegun ? withUsage(failure, request, progress) : failure
    }
  }, signal)
}

async function follow(
  models: LoadedModels,
  request: TextRequest,
  { progress, deadline, push }: { progress: Progress; deadline: Deadline; push: (piece: string) => void },
): Promise<TextAnswer> {
  const { parts, first } = await open(models, request, progress, deadline)
  try {
    for (let piece = first; piece !== null; piece = await nextPiece(parts, progress, deadline)) {
      progress.text += piece
      push(piece)
    }
  } catch (thrown) {
    throw withUsage(explainFailure(thrown, deadline.signal), request, progress)
  } finally {
    await parts.return?.(undefined).catch(() => {})
  }
  // A connection that was cut can look like an end.
  if (progress.finishReason === null)
    throw withUsage(explainFailure(new Error('terminated'), deadline.signal), request, progress)
  const { text, model, finishReason } = progress
  return { text, model, finishReason, usage: usageOf(progress.usage, request, text) }
}

/** Has the text model write; `push` hears each piece. See ModelsPort.generateText. */
export async function writeText(
  models: LoadedModels,
  request: TextRequest,
  { caller, push }: { caller: AbortSignal; push: (piece: string) => void },
): Promise<TextAnswer> {
  const deadline = startDeadline(caller, models.config)
  const progress: Progress = { text: '', model: models.config.models.text, usage: null, finishReason: null }
  try {
    return await follow(models, request, { progress, deadline, push })
  } finally {
    deadline.clear()
  }
}
