import { join } from 'node:path'
import { createGuildhall, type Guildhall } from '@guildhall/sdk'
import * as z from 'zod'
import { readCredential } from './config/credentials.ts'
import { signInFailure, usageFailure } from './failures.ts'
import { fetchWithin } from './fetch-within.ts'
import type { Host } from './host.ts'
import { createPaint, type Paint, wantsColour } from './output/paint.ts'
import { plainJson } from './output/plain-text.ts'

export const DEFAULT_REGISTRY = 'http://localhost:3000'

/** What every command knows. */
export interface Session {
  host: Host
  registry: string
  isJson: boolean
  paint: Paint
  /** Columns that lines may take. */
  width: number
  configDir: string
  /** Speaks with the stored token, or without one. Throws where what is stored cannot be read. */
  readonly client: Guildhall
  /** The same, but throws where nobody is signed in. */
  signedIn: () => Guildhall
  /** Carries no token, whoever is signed in. */
  anonymous: Guildhall
  clientWith: (token: string) => Guildhall
  /** A line for people or programs, on standard output. */
  print: (line: string) => void
  /** A line beside the result, on standard error; silent with --json. */
  note: (line: string) => void
  /** The result: as JSON with --json, else as the lines given. */
  result: (value: unknown, lines: () => string[]) => void
  /** Whether somebody can be asked. */
  canAsk: boolean
}

export const CommonOptions = z.object({ registry: z.string().optional(), json: z.boolean().optional() })
export type CommonOptions = z.infer<typeof CommonOptions>

/** The address of a registry in one form: scheme, host and path, no slash at the end. Throws a usage failure. */
export function registryAddress(text: string): string {
  const remedy = `Write it like ${DEFAULT_REGISTRY} or https://skills.example.com.`
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw usageFailure(`"${text}" is not the address of a registry`, remedy)
  if (url.username !== '' || url.password !== '')
    throw usageFailure('The address of a registry carries no password', remedy)
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** The folder of credentials and trusted keys. */
export function configDirOf(host: Pick<Host, 'env' | 'home'>): string {
  return join(host.env['XDG_CONFIG_HOME'] || join(host.home, '.config'), 'guildhall')
}

/** The registry in force: --registry, then GUILDHALL_REGISTRY, then the local one. */
export function registryOf(host: Pick<Host, 'env'>, option: string | undefined): string {
  return registryAddress(option ?? (host.env['GUILDHALL_REGISTRY'] || DEFAULT_REGISTRY))
}

/** How long a registry may say nothing. */
const SILENCE_MS = 30_000

/** The token in force, or why it cannot be known: most commands need none. */
async function tokenFor(host: Host, place: { configDir: string; registry: string }) {
  const given = host.env['GUILDHALL_TOKEN']
  if (given) return { token: given, fault: null }
  return readCredential(place.configDir, place.registry).then(
    (stored) => ({ token: stored?.token, fault: null }),
    (error: unknown) => ({ token: undefined, fault: error instanceof Error ? error : new Error(String(error)) }),
  )
}

/** Reads options, environment and credentials into a session. */
export async function openSession(host: Host, options: CommonOptions): Promise<Session> {
  const registry = registryOf(host, options.registry)
  const configDir = configDirOf(host)
  const isJson = options.json ?? false
  const { token, fault } = await tokenFor(host, { configDir, registry })
  const clientWith = (given: string | undefined) =>
    createGuildhall({ baseUrl: registry, token: given, fetch: fetchWithin(SILENCE_MS) })
  const known = clientWith(token)
  const print = (line: string) => void host.stdout.write(`${line}\n`)
  return {
    host,
    registry,
    isJson,
    configDir,
    get client() {
      if (fault !== null) throw fault
      return known
    },
    anonymous: clientWith(undefined),
    clientWith,
    signedIn: () => {
      if (fault !== null) throw fault
      if (token === undefined) throw signInFailure(registry)
      return known
    },
    paint: createPaint(!isJson && wantsColour(host.stdout.isTTY === true, host.env)),
    width: Math.max(40, Math.min(host.stdout.columns ?? 100, 120)),
    print,
    note: (line) => void (isJson || host.stderr.write(`${line}\n`)),
    result: (value, lines) => {
      if (isJson) print(plainJson(value))
      else for (const line of lines()) print(line)
    },
    canAsk: host.stdin.isTTY === true && host.stderr.isTTY === true && !isJson,
  }
}
