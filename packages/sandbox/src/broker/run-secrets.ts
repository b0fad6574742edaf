import { type Permissions, SecretName } from '@guildhall/contracts'
import { hostToken, isHostGranted, isSensitive, permissionRefusal } from './permission-rule.ts'
import { canBeHidden, createRedactor, MIN_TRACE_BYTES, type Redactor } from './redactor.ts'
import type { CallSecrets, SecretPlace, SecretPort } from './secrets.ts'
import { ToolFailure } from './tool-failure.ts'

/** Secrets of one run. */
export interface RunSecrets {
  /**
   * For one call of a tool; `onUse` hears the name of every secret that was filled in. Tools that stay on the machine are given no values.
   * Rejects where the host cannot tell the values.
   */
  open(tool: { name: string; permission: string }, onUse: (name: string) => void): Promise<CallSecrets>
  /** Takes out the values known so far. */
  redactor(): Redactor
}

interface RunSecretsOptions {
  permissions: Permissions
  port: SecretPort | null
  allowPrivateHosts: readonly string[]
}

const MAX_MENTIONS = 16
const MENTION = /\{\{\s{0,4}secrets\.([^{}\s]{0,100})\s{0,4}\}\}/g
/* The same after a form or an address was written by the book. */
const ENCODED_MENTION = /(?:\{|%7b){2}(?:\s|\+|%20){0,4}secrets\.([^{}%+\s]{0,100})(?:\s|\+|%20){0,4}(?:\}|%7d){2}/gi

/* What a header can carry: visible characters and inner spaces. */
const HEADER_VALUE = /^[\x20-\x7e\xa0-\xff]*$/

const encoders: Record<SecretPlace['within'], (value: string) => string> = {
  header: (value) => value,
  text: (value) => value,
  json: (value) => JSON.stringify(value).slice(1, -1),
  form: encodeURIComponent,
}

function checkPlace(url: URL, toolName: string, { permissions, allowPrivateHosts }: RunSecretsOptions) {
  const host = hostToken(url)
  const named = permissions.network.hosts.filter((pattern) => pattern !== '*')
  if (!isHostGranted(named, host))
    throw new ToolFailure(
      'permission_denied',
      `Permission refused: secrets go only to hosts that were granted by name, and ${host} was not (${toolName})`,
      { permission: `network:${host}`, recoveryOptions: [`Name ${host} in the skill's permissions`] },
    )
  const isPrivate = allowPrivateHosts.includes(`${url.hostname}:${url.port || '80'}`)
  if (url.protocol !== 'https:' && !isPrivate)
    throw new ToolFailure('input_invalid', 'Secrets are sent over https only', {
      recoveryOptions: ['Use an https address'],
    })
}

function checkName(name: string, toolName: string, { permissions }: RunSecretsOptions) {
  if (!SecretName.safeParse(name).success)
    throw new ToolFailure('input_invalid', `{{secrets.${name}}} does not name a secret: names are upper case`, {
      recoveryOptions: ['Write it as in permissions.json, such as {{secrets.EXAMPLE_API_KEY}}'],
    })
  if (!permissions.secrets.includes(name)) throw permissionRefusal(`secrets:${name}`, toolName)
}

function usableValue(name: string, values: ReadonlyMap<string, string>): string {
  const value = values.get(name)
  const where = 'the secrets of this skill in your library'
  if (value === undefined)
    throw new ToolFailure('not_configured', `The secret ${name} has no value`, {
      recoveryOptions: [`Give ${name} a value under ${where}, or with guildhall secret set`],
    })
  if (!canBeHidden(value))
    throw new ToolFailure('not_configured', `The secret ${name} is shorter than ${MIN_TRACE_BYTES} plain characters`, {
      recoveryOptions: [`Give ${name} a longer value under ${where}: a shorter one cannot be kept from the skill`],
    })
  return value
}

function headerValue(name: string, value: string): string {
  if (HEADER_VALUE.test(value)) return value
  throw new ToolFailure('not_configured', `The secret ${name} has characters that a header cannot carry`, {
    recoveryOptions: [`Give ${name} a value in one line, under the secrets of this skill in your library`],
  })
}

interface Filling {
  toolName: string
  values: ReadonlyMap<string, string>
  onUse: (name: string) => void
  options: RunSecretsOptions
}

function fillIn(text: string, { url, within }: SecretPlace, filling: Filling): string {
  const { toolName, values, onUse, options } = filling
  let mentions = 0
  return text.replace(within === 'form' ? ENCODED_MENTION : MENTION, (_mention, name: string) => {
    if (++mentions > MAX_MENTIONS)
      throw new ToolFailure('input_invalid', `A text names at most ${MAX_MENTIONS} secrets`, {
        recoveryOptions: ['Name each secret once'],
      })
    checkName(name, toolName, options)
    checkPlace(url, toolName, options)
    const value = usableValue(name, values)
    onUse(name)
    return encoders[within](within === 'header' ? headerValue(name, value) : value)
  })
}

function fillUrl(url: URL, filling: Filling): URL {
  const filled = new URL(url)
  filled.pathname = fillIn(url.pathname, { url, within: 'form' }, filling)
  filled.search = fillIn(url.search, { url, within: 'form' }, filling)
  return filled
}

async function loadValues(port: SecretPort, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>()
  for (const name of names) {
    const value = await port.valueOf(name)
    if (value !== null) values.set(name, value)
  }
  return values
}

const noValues: ReadonlyMap<string, string> = new Map()

/** The secrets of one run. Values are asked for at the first call that leaves the machine, and kept until the run is over. */
export function createRunSecrets(options: RunSecretsOptions): RunSecrets {
  const { permissions, port } = options
  let loading: Promise<ReadonlyMap<string, string>> | null = null
  let redactor = createRedactor(noValues)

  async function load(): Promise<ReadonlyMap<string, string>> {
    if (port === null || permissions.secrets.length === 0) return noValues
    const values = await loadValues(port, permissions.secrets)
    redactor = createRedactor(values)
    return values
  }

  return {
    redactor: () => redactor,
    async open({ name: toolName, permission }, onUse) {
      if (isSensitive(permission)) loading ??= load()
      const values = (isSensitive(permission) ? await loading : null) ?? noValues
      const filling = { toolName, values, onUse, options }
      return {
        fill: (text, place) => fillIn(text, place, filling),
        fillUrl: (url) => fillUrl(url, filling),
        isIn: (text) => redactor.text(text) !== text,
        redact: (text) => redactor.text(text),
        redactBytes: (bytes) => redactor.bytes(bytes),
      }
    },
  }
}
