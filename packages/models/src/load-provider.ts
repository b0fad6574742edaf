import type { EmbeddingModelV4, LanguageModelV4, SharedV4ProviderOptions } from '@ai-sdk/provider'
import type { ModelsConfig } from './models-config.ts'

/** The models of one provider, by name. */
export interface Provider {
  language(name: string): LanguageModelV4
  embedding(name: string): EmbeddingModelV4
  /** What this provider is told with every request. */
  options: SharedV4ProviderOptions
  /** Whether the provider is given JSON Schemas by the protocol; else they have to stand in the text. */
  takesSchemas: boolean
}

/* Stated here, because the libraries would otherwise look for others in the environment. */
const baseUrls = {
  anthropic: 'https://api.anthropic.com/v1',
  openai: 'https://api.openai.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
}

/** Keys travel in headers that a redirect would hand on. */
const fetchWithoutRedirects: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' })

async function loadAnthropic(apiKey: string, baseURL: string): Promise<Provider> {
  const { createAnthropic } = await import('@ai-sdk/anthropic')
  const provider = createAnthropic({ apiKey, baseURL, fetch: fetchWithoutRedirects })
  return {
    language: (name) => provider.languageModel(name),
    embedding: (name) => provider.embeddingModel(name),
    // A forced tool takes any schema; the provider's own structured outputs take a part of JSON Schema only.
    options: { anthropic: { structuredOutputMode: 'jsonTool' } },
    takesSchemas: true,
  }
}

async function loadOpenai(apiKey: string, baseURL: string): Promise<Provider> {
  const { createOpenAI } = await import('@ai-sdk/openai')
  const provider = createOpenAI({ apiKey, baseURL, fetch: fetchWithoutRedirects })
  return {
    language: (name) => provider.responses(name),
    embedding: (name) => provider.embeddingModel(name),
    // Nothing is kept by the provider; strict schemas are a part of JSON Schema only.
    options: { openai: { store: false, strictJsonSchema: false } },
    takesSchemas: true,
  }
}

async function loadGoogle(apiKey: string, baseURL: string): Promise<Provider> {
  const { createGoogleGenerativeAI } = await import('@ai-sdk/google')
  const provider = createGoogleGenerativeAI({ apiKey, baseURL, fetch: fetchWithoutRedirects })
  return {
    language: (name) => provider.languageModel(name),
    embedding: (name) => provider.embeddingModel(name),
    options: {},
    takesSchemas: true,
  }
}

async function loadCompatible(apiKey: string | undefined, baseURL: string): Promise<Provider> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
  const key = apiKey === undefined ? {} : { apiKey }
  const settings = { name: 'compatible', baseURL, includeUsage: true, fetch: fetchWithoutRedirects }
  const provider = createOpenAICompatible({ ...settings, ...key })
  return {
    language: (name) => provider.languageModel(name),
    embedding: (name) => provider.embeddingModel(name),
    options: {},
    takesSchemas: false,
  }
}

/** Loads the library of the configured provider, and no other one. */
export function loadProvider(config: ModelsConfig): Promise<Provider> {
  if (config.provider === 'openai-compatible') return loadCompatible(config.apiKey, config.baseUrl)
  const load = { anthropic: loadAnthropic, openai: loadOpenai, google: loadGoogle }[config.provider]
  return load(config.apiKey, config.baseUrl ?? baseUrls[config.provider])
}
