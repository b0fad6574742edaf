import { resolve } from 'node:path'
import { createModels } from '@guildhall/models'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

describe('what an empty environment means', () => {
  test('everything has a value that works on a laptop', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: null,
      dataDir: resolve('.data'),
      databaseUrl: null,
      admin: { email: 'admin@guildhall.localhost', password: null },
      isWebOn: true,
      isSeedingOn: true,
      review: 'unverified',
      uploadLimitBytes: 50 * 1024 * 1024,
      sandbox: { warmProcesses: null, concurrency: 4, minimumIsolation: 'L1', allowPrivateHosts: [], docker: null },
      runRetentionDays: 30,
      ai: null,
    })
  })

  test('an empty value counts as absent', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', GUILDHALL_WEB: '' })).toEqual(readConfig({}))
  })
})

test('values are read in the units that their names say', () => {
  const config = readConfig({
    PORT: '0',
    GUILDHALL_PUBLIC_URL: 'https://skills.example/',
    GUILDHALL_UPLOAD_LIMIT_MB: '2',
    GUILDHALL_WEB: 'off',
    GUILDHALL_ALLOW_PRIVATE_HOSTS: ' one.internal, ,two.internal ',
  })
  expect(config.port).toBe(0)
  expect(config.publicUrl).toBe('https://skills.example')
  expect(config.uploadLimitBytes).toBe(2 * 1024 * 1024)
  expect(config.isWebOn).toBe(false)
  expect(config.sandbox.allowPrivateHosts).toEqual(['one.internal', 'two.internal'])
})

test('an image for scripts brings the engine of Docker along', () => {
  const image = 'scripts:1'
  expect(readConfig({ DOCKER_HOST: 'unix:///run/other.sock' }).sandbox.docker).toBeNull()
  expect(readConfig({ GUILDHALL_SCRIPT_IMAGE: image }).sandbox.docker).toEqual({
    engine: 'unix:///var/run/docker.sock',
    image,
  })
  expect(readConfig({ GUILDHALL_SCRIPT_IMAGE: image, DOCKER_HOST: 'unix:///run/other.sock' }).sandbox.docker).toEqual({
    engine: 'unix:///run/other.sock',
    image,
  })
})

const anthropic = {
  GUILDHALL_AI_PROVIDER: 'anthropic',
  GUILDHALL_AI_KEY: 'sk-hunter',
  GUILDHALL_AI_TEXT_MODEL: 'claude',
}

test('models are reached as the settings say', () => {
  expect(readConfig(anthropic).ai).toMatchObject({
    provider: 'anthropic',
    apiKey: 'sk-hunter',
    models: { text: 'claude' },
  })
  const local = {
    GUILDHALL_AI_PROVIDER: 'openai-compatible',
    GUILDHALL_AI_BASE_URL: 'http://127.0.0.1:11434/v1',
    GUILDHALL_AI_TEXT_MODEL: 'small',
    GUILDHALL_AI_EMBEDDING_MODEL: 'vectors',
  }
  expect(readConfig(local).ai).toMatchObject({
    provider: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:11434/v1',
    models: { text: 'small', embedding: 'vectors' },
  })
})

test.each([anthropic, { ...anthropic, GUILDHALL_AI_PROVIDER: 'google' }])(
  'models can be made of them: %j',
  (environment) => {
    const { ai } = readConfig(environment)
    expect(ai && createModels(ai)).toHaveProperty('generateText')
  },
)

describe('a value that cannot be used', () => {
  test.each([
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['GUILDHALL_PUBLIC_URL', 'skills.example'],
    ['GUILDHALL_PUBLIC_URL', 'ftp://skills.example'],
    ['DATABASE_URL', 'mysql://localhost/skills'],
    ['DATABASE_URL', 'localhost'],
    ['GUILDHALL_ADMIN_EMAIL', 'admin'],
    ['GUILDHALL_ADMIN_PASSWORD', 'short'],
    ['GUILDHALL_SECRET', 'too short a secret'],
    ['GUILDHALL_LOG', 'verbose'],
    ['GUILDHALL_WEB', 'yes'],
    ['GUILDHALL_SEED', 'true'],
    ['GUILDHALL_REVIEW', 'sometimes'],
    ['GUILDHALL_RATE_LIMIT', '-5'],
    ['GUILDHALL_UPLOAD_LIMIT_MB', '0'],
    ['GUILDHALL_UPLOAD_LIMIT_MB', '513'],
    ['GUILDHALL_SANDBOX_WARM', '33'],
    ['GUILDHALL_SANDBOX_CONCURRENCY', '0'],
    ['GUILDHALL_MINIMUM_ISOLATION', 'L4'],
    ['GUILDHALL_MINIMUM_ISOLATION', '2'],
    ['GUILDHALL_RUN_RETENTION_DAYS', '0'],
    ['GUILDHALL_AI_PROVIDER', 'anybody'],
    // Without a provider the others mean nothing.
    ['GUILDHALL_AI_KEY', 'sk-key'],
    ['GUILDHALL_AI_TEXT_MODEL', 'some-model'],
  ])('%s=%s is named in one line', (name, value) => {
    const read = () => readConfig({ [name]: value })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(new RegExp(`^The environment has values that cannot be used: ${name}: [^\\n]+$`))
  })

  test('all of them are named at once', () => {
    expect(() => readConfig({ PORT: 'x', GUILDHALL_LOG: 'loud' })).toThrow(/PORT: .+; GUILDHALL_LOG: /)
  })

  test.each([
    [{ GUILDHALL_AI_PROVIDER: 'openai', GUILDHALL_AI_KEY: 'sk-hunter' }, 'GUILDHALL_AI_TEXT_MODEL'],
    [{ GUILDHALL_AI_PROVIDER: 'google', GUILDHALL_AI_TEXT_MODEL: 'm' }, 'GUILDHALL_AI_KEY'],
    [{ GUILDHALL_AI_PROVIDER: 'openai-compatible', GUILDHALL_AI_TEXT_MODEL: 'm' }, 'GUILDHALL_AI_BASE_URL'],
    [{ ...anthropic, GUILDHALL_AI_EMBEDDING_MODEL: 'm' }, 'GUILDHALL_AI_EMBEDDING_MODEL'],
  ])('a provider of models that lacks something is told so: %j', (environment, name) => {
    expect(() => readConfig(environment)).toThrow(new RegExp(`cannot be used: ${name}: [^\\n]+$`))
    expect(() => readConfig(environment)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter') }),
    )
  })

  test('a secret that is refused is not repeated', () => {
    expect(() => readConfig({ GUILDHALL_SECRET: 'hunter2', GUILDHALL_ADMIN_PASSWORD: 'hunter3' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter') }),
    )
  })
})
