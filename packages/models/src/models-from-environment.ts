import { ModelsConfigError } from './create-models.ts'
import { ModelsConfig } from './models-config.ts'

const variables = {
  provider: 'GUILDHALL_AI_PROVIDER',
  apiKey: 'GUILDHALL_AI_KEY',
  baseUrl: 'GUILDHALL_AI_BASE_URL',
  'models.text': 'GUILDHALL_AI_TEXT_MODEL',
  'models.object': 'GUILDHALL_AI_OBJECT_MODEL',
  'models.embedding': 'GUILDHALL_AI_EMBEDDING_MODEL',
} as const

const variableOf = new Map<string, string>(Object.entries(variables))

type Environment = Readonly<Record<string, string | undefined>>

/** What is said of a variable. That one is empty means that it is not set. */
const given = (env: Environment, variable: string): string | undefined => env[variable] || undefined

/**
 * Language models as the variables GUILDHALL_AI_* name them, the same for a server and for runs on people's own machines; null where no
 * provider is named. Throws ModelsConfigError, which names the variable and what to change; it never holds a value.
 */
export function modelsFromEnvironment(env: Environment): ModelsConfig | null {
  const provider = given(env, variables.provider)
  if (provider === undefined) {
    const stray = Object.values(variables).find((variable) => given(env, variable) !== undefined)
    if (stray === undefined) return null
    throw new ModelsConfigError(`${stray}: set ${variables.provider} as well, to say whose models these are`)
  }
  if (provider === 'anthropic' && given(env, variables['models.embedding']) !== undefined)
    throw new ModelsConfigError(`${variables['models.embedding']}: anthropic has no models for embeddings`)
  const models = {
    text: given(env, variables['models.text']),
    object: given(env, variables['models.object']),
    ...(provider === 'anthropic' ? {} : { embedding: given(env, variables['models.embedding']) }),
  }
  const apiKey = given(env, variables.apiKey)
  const read = ModelsConfig.safeParse({ provider, apiKey, baseUrl: given(env, variables.baseUrl), models })
  if (read.success) return read.data
  const [issue] = read.error.issues
  const variable = variableOf.get(issue?.path.join('.') ?? '') ?? variables.provider
  throw new ModelsConfigError(`${variable}: ${given(env, variable) === undefined ? 'is missing' : issue?.message}`)
}
