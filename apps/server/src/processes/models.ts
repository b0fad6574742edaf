import { createModels, type ModelsPort } from '@guildhall/models'
import { type AiConfig, ConfigError } from '../platform/config/config.ts'

/** The settings of the provider, checked before: a key is there where the provider asks for one. */
function required(value: string | null, name: string): string {
  if (value === null) throw new ConfigError(`${name} is missing.`)
  return value
}

/** The language models that the configuration names. Nothing of a provider is loaded before the first call. */
export function openModels({ provider, key, baseUrl, models }: AiConfig): ModelsPort {
  const { text, object, embedding } = models
  const address = baseUrl === null ? {} : { baseUrl }
  const writing = { text, ...(object === null ? {} : { object }) }
  const named = { ...writing, ...(embedding === null ? {} : { embedding }) }
  switch (provider) {
    case 'anthropic':
      return createModels({ provider, apiKey: required(key, 'GUILDHALL_AI_KEY'), ...address, models: writing })
    case 'openai':
    case 'google':
      return createModels({ provider, apiKey: required(key, 'GUILDHALL_AI_KEY'), ...address, models: named })
    case 'openai-compatible':
      return createModels({
        provider,
        ...(key === null ? {} : { apiKey: key }),
        baseUrl: required(baseUrl, 'GUILDHALL_AI_BASE_URL'),
        models: named,
      })
  }
}
