import { describe, expect, it } from 'vitest'
import { modelsFromEnvironment } from './models-from-environment.ts'

const text = { GUILDHALL_AI_TEXT_MODEL: 'writer-1' }

describe('the environment', () => {
  it('names no models where it names no provider', () => {
    expect(modelsFromEnvironment({})).toBeNull()
    expect(modelsFromEnvironment({ GUILDHALL_AI_PROVIDER: '', GUILDHALL_AI_KEY: '' })).toBeNull()
  })

  it('names a provider, its key and its models', () => {
    const env = { GUILDHALL_AI_PROVIDER: 'openai', GUILDHALL_AI_KEY: 'k', ...text, GUILDHALL_AI_EMBEDDING_MODEL: 'e' }
    expect(modelsFromEnvironment(env)).toMatchObject({
      provider: 'openai',
      apiKey: 'k',
      models: { text: 'writer-1', embedding: 'e' },
    })
    const local = {
      GUILDHALL_AI_PROVIDER: 'openai-compatible',
      GUILDHALL_AI_BASE_URL: 'http://127.0.0.1:1/v1',
      ...text,
    }
    expect(modelsFromEnvironment(local)).toMatchObject({ baseUrl: 'http://127.0.0.1:1/v1' })
    expect(modelsFromEnvironment({ GUILDHALL_AI_PROVIDER: 'anthropic', GUILDHALL_AI_KEY: 'k', ...text })).not.toBeNull()
  })

  it.each([
    ['GUILDHALL_AI_KEY', { GUILDHALL_AI_KEY: 'a-secret' }],
    ['GUILDHALL_AI_PROVIDER', { GUILDHALL_AI_PROVIDER: 'nobody', ...text }],
    ['GUILDHALL_AI_TEXT_MODEL: is missing', { GUILDHALL_AI_PROVIDER: 'openai', GUILDHALL_AI_KEY: 'a-secret' }],
    ['GUILDHALL_AI_KEY: is missing', { GUILDHALL_AI_PROVIDER: 'google', ...text }],
    ['GUILDHALL_AI_BASE_URL: is missing', { GUILDHALL_AI_PROVIDER: 'openai-compatible', ...text }],
    [
      'GUILDHALL_AI_BASE_URL',
      { GUILDHALL_AI_PROVIDER: 'openai', GUILDHALL_AI_KEY: 'a-secret', GUILDHALL_AI_BASE_URL: 'file:///x', ...text },
    ],
    [
      'GUILDHALL_AI_EMBEDDING_MODEL',
      { GUILDHALL_AI_PROVIDER: 'anthropic', GUILDHALL_AI_KEY: 'a-secret', GUILDHALL_AI_EMBEDDING_MODEL: 'e', ...text },
    ],
  ])('is refused by the name of the variable that is wrong, without any value: %s', (message, env) => {
    expect(() => modelsFromEnvironment(env)).toThrow(message)
    expect(() => modelsFromEnvironment(env)).not.toThrow('a-secret')
  })
})
