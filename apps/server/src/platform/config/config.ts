import { resolve } from 'node:path'
import { type ModelsConfig, ModelsConfigError, modelsFromEnvironment } from '@guildhall/models'
import * as z from 'zod'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')

const ImportProtocol = z.enum(['https', 'http', 'ssh', 'file'])

/** `https,ssh` and the like. */
const ImportProtocols = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(ImportProtocol))

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  GUILDHALL_HOST: z.string().min(1).default('127.0.0.1'),
  GUILDHALL_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  GUILDHALL_DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  GUILDHALL_DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).optional(),
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
  GUILDHALL_SCRIPT_IMAGE: z.string().min(1).optional(),
  DOCKER_HOST: z.string().default('unix:///var/run/docker.sock'),
  GUILDHALL_RUN_RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  GUILDHALL_ALLOW_PRIVATE_HOSTS: z.string().default(''),
  GUILDHALL_IMPORT_PROTOCOLS: ImportProtocols.default(['https']),
  GUILDHALL_IMPORT_BASE_URL: z.url({ protocol: /^(https?|file)$/ }).default('https://github.com'),
})

export interface Config {
  port: number
  host: string
  /** Where people reach this server; null until the port is known. */
  publicUrl: string | null
  dataDir: string
  databaseUrl: string | null
  /** Null: as many as this machine's processors call for. The embedded database has one. */
  databaseConnections: number | null
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
    /** The engine of Docker and the image that scripts of skills run in; null: none, they run within bubblewrap. */
    docker: { engine: string; image: string } | null
  }
  /** Days that an execution is kept after its end. */
  runRetentionDays: number
  /** The language models that skills may call; null: none. */
  ai: ModelsConfig | null
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

/** Throws ConfigError, which names the variable and never holds a value. */
function aiConfig(environment: Readonly<Record<string, string | undefined>>): ModelsConfig | null {
  try {
    return modelsFromEnvironment(environment)
  } catch (error) {
    if (error instanceof ModelsConfigError) throw unusable([error.message])
    throw error
  }
}

function sandboxConfig(e: Environment, allowPrivateHosts: string[]): Config['sandbox'] {
  const image = e.GUILDHALL_SCRIPT_IMAGE ?? null
  return {
    warmProcesses: e.GUILDHALL_SANDBOX_WARM ?? null,
    concurrency: e.GUILDHALL_SANDBOX_CONCURRENCY,
    minimumIsolation: e.GUILDHALL_MINIMUM_ISOLATION,
    allowPrivateHosts,
    docker: image === null ? null : { engine: e.DOCKER_HOST, image },
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
  const allowPrivateHosts = e.GUILDHALL_ALLOW_PRIVATE_HOSTS.split(',')
    .map((host) => host.trim())
    .filter(Boolean)
  return {
    port: e.PORT,
    host: e.GUILDHALL_HOST,
    publicUrl: e.GUILDHALL_PUBLIC_URL?.replace(/\/$/, '') ?? null,
    dataDir: resolve(e.GUILDHALL_DATA_DIR),
    databaseUrl: e.DATABASE_URL ?? null,
    databaseConnections: e.GUILDHALL_DATABASE_CONNECTIONS ?? null,
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
    ai: aiConfig(environment),
    imports: importConfig(e, allowPrivateHosts),
  }
}
