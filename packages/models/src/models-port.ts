import type { JsonObject, JsonValue } from '@guildhall/contracts'

/** Tokens as the provider counted them; estimated where it said nothing. */
export interface ModelUsage {
  inputTokens: number
  outputTokens: number
}

export const noModelUsage: ModelUsage = { inputTokens: 0, outputTokens: 0 }

export interface ModelMessage {
  role: 'user' | 'assistant'
  content: string
}

/** What a model is to write. */
export interface TextRequest {
  /** What the model is and how it should answer. */
  system: string | null
  /** At least one; the last one is the user's. */
  messages: readonly ModelMessage[]
  maxOutputTokens: number
  /** 0 to 2; null for the provider's own. */
  temperature: number | null
}

export interface ObjectRequest extends TextRequest {
  /** JSON Schema of what is wanted; its root is an object. */
  schema: JsonObject
  /** What is wrong with a value, each in one line; none where it is right. */
  check(value: JsonValue): string[]
}

/** Why a model stopped: it was done, or had no tokens left. */
export type FinishReason = 'stop' | 'length'

export interface TextAnswer {
  text: string
  finishReason: FinishReason
  model: string
  usage: ModelUsage
}

/** An answer that comes bit by bit. Both may be used, or one alone; what fails, fails in both with the same ModelError. */
export interface TextStream {
  /** Pieces of the text in order, to be iterated once. */
  parts: AsyncIterable<string>
  /** Resolves after the last part. A rejection nobody waits for is no fault. */
  whole: Promise<TextAnswer>
}

export interface ObjectAnswer {
  /** Passed `check`. */
  object: JsonValue
  model: string
  usage: ModelUsage
}

export interface EmbedAnswer {
  /** One vector for each text, in order. */
  vectors: number[][]
  model: string
  usage: ModelUsage
}

/** Language models, whoever provides them. `createModels` makes one. Everything rejects with ModelError only. */
export interface ModelsPort {
  /** Aborting the signal hangs up on the provider. */
  generateText(request: TextRequest, signal: AbortSignal): TextStream
  generateObject(request: ObjectRequest, signal: AbortSignal): Promise<ObjectAnswer>
  embed(texts: readonly string[], signal: AbortSignal): Promise<EmbedAnswer>
}
