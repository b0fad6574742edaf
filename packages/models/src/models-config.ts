import * as z from 'zod'

const ModelName = z.string().min(1).max(200)

const Shared = {
  /** The provider's own address where it is not given. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Names of models by what they are for; `object` is the one for texts unless given, without `embedding` nothing is embedded. */
  models: z.strictObject({ text: ModelName, object: ModelName.optional(), embedding: ModelName.optional() }),
  /** A whole answer takes at most so long. */
  timeoutMs: z.int().min(10).max(3_600_000).default(120_000),
  /** Between two parts of an answer lies at most so much time, and before the first one. */
  stallMs: z.int().min(10).max(3_600_000).default(60_000),
  /** Before the first repetition; doubled before the next one. */
  retryDelayMs: z.int().min(0).max(60_000).default(500),
  /** After so many failures of the provider in a row it is left alone for a while. */
  breakerFailures: z.int().min(1).max(1_000).default(5),
  /** For so long. */
  breakerPauseMs: z.int().min(1).max(3_600_000).default(30_000),
}

const ApiKey = z.string().min(1).max(4_096)

const Named = z.strictObject({ provider: z.enum(['openai', 'google']), apiKey: ApiKey, ...Shared })

/** Which models there are and how they are reached. Everything comes from the caller: no environment is read. */
export const ModelsConfig = z.discriminatedUnion('provider', [
  Named,
  /** This provider has no models for embeddings. */
  z.strictObject({
    provider: z.literal('anthropic'),
    apiKey: ApiKey,
    ...Shared,
    models: Shared.models.refine(({ embedding }) => embedding === undefined, 'must name no model for embeddings'),
  }),
  /** Any server that speaks OpenAI's protocol of chat completions, such as one for local models; some need no key. */
  z.strictObject({
    provider: z.literal('openai-compatible'),
    apiKey: ApiKey.optional(),
    ...Shared,
    baseUrl: z.url({ protocol: /^https?$/ }),
  }),
])
export type ModelsConfig = z.output<typeof ModelsConfig>
