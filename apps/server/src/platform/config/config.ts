import { resolve } from 'node:path'
import * as z from 'zod'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')

const ImportProtocol = z.enum(['https', 'http', 'ssh', 'file'])

/** `https,ssh` and the like. */
const ImportProtocols = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(ImportProtocol))

const AiProvider = z.enum(['anthropic', 'openai', 'google', 'openai-compatible'])
const modelName = z.string().min(1).max(200)

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  GUILDHALL_HOST: z.string().min(1).default('127.0.0.1'),
  GUILDHALL_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  GUILDHALL_DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  GUILDHALL_ADMIN_EMAIL: z.email().optional(),
  GUILDHALL_ADMIN_PASSWORD: z.string().min(10, 'must have at least 10 characters').optional(),
  GUILDHALL_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  GUILDHALL_SIGNING_KEY: z.string().optional(),
  GUILDHALL_LOG: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('warn'),
  GUILDHALL_WEB: flag.default(true),
  GUILDHALL_SEED: flag.default(true),
  GUILDHALL_REVIEW: z.enum(['everyone', 'unverified', 'nobody']).default('unverified'),
  GUILDHALL_RATE_LIMIT: z.coerce.number().int().min(0).default(600),
  GUILDHALL_UPLOAD_LIMIT_MB: z.coerce.number().int().min(1).max(512).default(50),
  GUILDHALL_SANDBOX_WARM: z.coerce.number().int().min(0).max(32).optional(),
  GUILDHALL_SANDBOX_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
  GUILDHALL_MINIMUM_ISOLATION: z.enum(['L0', 'L1', 'L2', 'L3']).default('L1'),
  GUILDHALL_RUN_RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  GUILDHALL_AI_PROVIDER: AiProvider.optional(),
  GUILDHALL_AI_KEY: z.string().min(1).max(4096).optional(),
  GUILDHALL_AI_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  GUILDHALL_AI_TEXT_MODEL: modelName.optional(),
  GUILDHALL_AI_OBJECT_MODEL: modelName.optional(),
  GUILDHALL_AI_EMBEDDING_MODEL: modelName.optional(),
  GUILDHALL_ALLOW_PRIVATE_HOSTS: z.string().default(''),
  GUILDHALL_IMPORT_PROTOCOLS: ImportProtocols.default(['https']),
  GUILDHALL_IMPORT_BASE_URL: z.url({ protocol: /^(https?|file)$/ }).default('https://github.com'),
})

/** How language models are reached. */
export interface AiConfig {
  provider: z.infer<typeof AiProvider>
  /** Null where the server of an OpenAI-compatible provider asks for none. */
  key: string | null
  /** Null: the provider's own. */
  baseUrl: string | null
  models: { text: string; object: string | null; embedding: string | null }
}

export interface Config {
  port: number
  host: string
  /** Where people reach this server; null until the port is known. */
  publicUrl: string | null
  dataDir: string
  databaseUrl: string | null
  admin: { email: string; password: string | null }
  secret: string | null
  signingKey: string | null
  logLevel: z.infer<typeof Environment>['GUILDHALL_LOG']
  isWebOn: boolean
  isSeedingOn: boolean
  /** Whose releases wait for an administrator. */
  review: 'everyone' | 'unverified' | 'nobody'
  /** Requests per minute and caller for endpoints that name no limit of their own; 0 switches every limit off. */
  rateLimitPerMinute: number
  uploadLimitBytes: number
  sandbox: {
    /** Processes that each engine in use keeps waiting; null: as many as suit the machine. */
    warmProcesses: number | null
    concurrency: number
    allowPrivateHosts: string[]
    /** An engine that walls skills off less than that runs nothing. */
    minimumIsolation: 'L0' | 'L1' | 'L2' | 'L3'
  }
  /** Days that an execution is kept after its end. */
  runRetentionDays: number
  /** The language models that skills may call; null: none. */
  ai: AiConfig | null
  imports: {
    /** How repositories may be fetched. */
    protocols: z.infer<typeof ImportProtocol>[]
    /** What `owner/repo` is short for. */
    baseUrl: string
    /** `host:port` that may be reached although the address is private. */
    allowPrivateHosts: string[]
  }
}

/** A value of the environment is not usable; the message says which and how to mend it. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

type Environment = z.infer<typeof Environment>

const AI_NAMES = [
  'GUILDHALL_AI_KEY',
  'GUILDHALL_AI_BASE_URL',
  'GUILDHALL_AI_TEXT_MODEL',
  'GUILDHALL_AI_OBJECT_MODEL',
  'GUILDHALL_AI_EMBEDDING_MODEL',
] as const

/** What the settings of a provider lack, in words; null where they can be used. */
function aiProblem(e: Environment): string | null {
  const provider = e.GUILDHALL_AI_PROVIDER
  if (provider === undefined) {
    const stray = AI_NAMES.find((name) => e[name] !== undefined)
    return stray === undefined ? null : `${stray}: needs GUILDHALL_AI_PROVIDER (${AiProvider.options.join(', ')})`
  }
  if (e.GUILDHALL_AI_TEXT_MODEL === undefined)
    return 'GUILDHALL_AI_TEXT_MODEL: name the model that writes texts, as the provider calls it'
  if (provider === 'openai-compatible' && e.GUILDHALL_AI_BASE_URL === undefined)
    return 'GUILDHALL_AI_BASE_URL: give the address of the server, such as http://127.0.0.1:11434/v1'
  if (provider !== 'openai-compatible' && e.GUILDHALL_AI_KEY === undefined)
    return `GUILDHALL_AI_KEY: ${provider} asks for a key`
  if (provider === 'anthropic' && e.GUILDHALL_AI_EMBEDDING_MODEL !== undefined)
    return 'GUILDHALL_AI_EMBEDDING_MODEL: anthropic has no models for embeddings'
  return null
}

function aiConfig(e: Environment): AiConfig | null {
  if (e.GUILDHALL_AI_PROVIDER === undefined || e.GUILDHALL_AI_TEXT_MODEL === undefined) return null
  return {
    provider: e.GUILDHALL_AI_PROVIDER,
    key: e.GUILDHALL_AI_KEY ?? null,
    baseUrl: e.GUILDHALL_AI_BASE_URL ?? null,
    models: {
      text: e.GUILDHALL_AI_TEXT_MODEL,
      object: e.GUILDHALL_AI_OBJECT_MODEL ?? null,
      embedding: e.GUILDHALL_AI_EMBEDDING_MODEL ?? null,
    },
  }
}

function sandboxConfig(e: Environment, allowPrivateHosts: string[]): Config['sandbox'] {
  return {
    warmProcesses: e.GUILDHALL_SANDBOX_WARM ?? null,
    concurrency: e.GUILDHALL_SANDBOX_CONCURRENCY,
    minimumIsolation: e.GUILDHALL_MINIMUM_ISOLATION,
    allowPrivateHosts,
  }
}

function importConfig(e: Environment, allowPrivateHosts: string[]): Config['imports'] {
  return { protocols: e.GUILDHALL_IMPORT_PROTOCOLS, baseUrl: e.GUILDHALL_IMPORT_BASE_URL, allowPrivateHosts }
}

const unusable = (lines: readonly string[]): ConfigError =>
  new ConfigError(`The environment has values that cannot be used: ${lines.join('; ')}`)

/** Reads the configuration once. Throws ConfigError with one line that names the broken variables. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(present)
  if (!parsed.success) throw unusable(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  const e = parsed.data
  const problem = aiProblem(e)
  if (problem !== null) throw unusable([problem])
  const allowPrivateHosts = e.GUILDHALL_ALLOW_PRIVATE_HOSTS.split(',')
    .map((host) => host.trim())
    .filter(Boolean)
  return {
    port: e.PORT,
    host: e.GUILDHALL_HOST,
    publicUrl: e.GUILDHALL_PUBLIC_URL?.replace(/\/$/, '') ?? null,
    dataDir: resolve(e.GUILDHALL_DATA_DIR),
    databaseUrl: e.DATABASE_URL ?? null,
    admin: {
      email: e.GUILDHALL_ADMIN_EMAIL ?? 'admin@guildhall.localhost',
      password: e.GUILDHALL_ADMIN_PASSWORD ?? null,
    },
    secret: e.GUILDHALL_SECRET ?? null,
    signingKey: e.GUILDHALL_SIGNING_KEY ?? null,
    logLevel: e.GUILDHALL_LOG,
    isWebOn: e.GUILDHALL_WEB,
    isSeedingOn: e.GUILDHALL_SEED,
    review: e.GUILDHALL_REVIEW,
    rateLimitPerMinute: e.GUILDHALL_RATE_LIMIT,
    uploadLimitBytes: e.GUILDHALL_UPLOAD_LIMIT_MB * 1024 * 1024,
    sandbox: sandboxConfig(e, allowPrivateHosts),
    runRetentionDays: e.GUILDHALL_RUN_RETENTION_DAYS,
    ai: aiConfig(e),
    imports: importConfig(e, allowPrivateHosts),
  }
}
