import type { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import { CheckedJson } from '../../broker/checked-json.ts'
import { hostToken } from '../../broker/permission-rule.ts'
import { ToolFailure } from '../../broker/tool.ts'

/** What a request and its answer keep to. */
export const httpLimits = {
  urlChars: 4096,
  headers: 32,
  headerChars: 4096,
  /** Of a body, in both directions, packed and unpacked. */
  bodyBytes: 2 * 1024 * 1024,
  formFields: 256,
  redirects: 3,
}

/** The same in words. */
export const httpLimitWords: readonly string[] = [
  '2 MiB sent, 2 MiB received, packed and unpacked',
  '3 redirects; none hands headers or a body to another origin',
  '10 s',
  'public addresses only',
]

/* Headers that steer the connection rather than describe the request. */
const hostHeaders =
  /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*)$/i

/** The address of a request. */
export const UrlField = z
  .string()
  .max(httpLimits.urlChars)
  .describe('An http or https address without a user name, on a host that was granted')

/** The headers of a request. */
export const HeadersField = z
  .record(
    z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/, 'must be a header name'),
    z.string().max(httpLimits.headerChars),
  )
  .refine((headers) => Object.keys(headers).length <= httpLimits.headers, `must be at most ${httpLimits.headers}`)
  .refine((headers) => !Object.keys(headers).some((name) => hostHeaders.test(name)), 'names a header of the connection')
  .refine((headers) => !Object.values(headers).some((value) => /[\r\n\0]/.test(value)), 'has a line break in a value')
  .default({})
  .describe('Headers by name; not those that steer the connection, such as host or content-length')

/** In which form the body of the answer is wanted. */
export const AsField = z
  .enum(['text', 'json', 'base64'])
  .default('text')
  .describe('How the body of the answer is given: as text (UTF-8), as the value that its JSON says, or as base64')

const bodyChars = httpLimits.bodyBytes * 2

/** The body of a request: at most one of the four. */
export const bodyFields = {
  text: z
    .string()
    .max(bodyChars)
    .optional()
    .describe('The body as text; sent as text/plain unless a header says otherwise'),
  json: CheckedJson.optional().describe('The body as a value that is sent as JSON'),
  base64: z
    .base64()
    .max(bodyChars)
    .optional()
    .describe('The body as base64; sent as application/octet-stream unless a header says otherwise'),
  form: z
    .record(z.string(), z.string())
    .optional()
    .describe('The body as fields of a form (application/x-www-form-urlencoded)'),
}

/** The parts of a request that its body is made of. */
export interface BodyParts {
  text?: string | undefined
  json?: JsonValue | undefined
  base64?: string | undefined
  form?: Record<string, string> | undefined
}

/** Whether at most one of the forms of a body is there. */
export function hasOneBody({ text, json, base64, form }: BodyParts): boolean {
  return [text, json, base64, form].filter((part) => part !== undefined).length <= 1
}

/** What every http tool answers. */
export const HttpAnswer = z.strictObject({
  status: z.int().describe('The status code; also 404 or 500 is an answer'),
  url: z.string().describe('The address that answered, after redirects'),
  headers: z
    .record(z.string(), z.string())
    .describe('Headers by their names in lower case; repeated ones joined with ", "'),
  body: CheckedJson.describe('In the form that `as` asks for'),
})
export type HttpAnswer = z.infer<typeof HttpAnswer>

/** The address that a text names, or null where it is none that a skill may name. */
export function parseHttpUrl(text: string): URL | null {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url : null
}

/** `network:<host>` of the arguments' url, or `network` where they have none. */
export function permissionForUrl(args: JsonValue): string {
  const { success, data } = z.object({ url: z.string() }).safeParse(args)
  const url = success ? parseHttpUrl(data.url) : null
  return url ? `network:${hostToken(url)}` : 'network'
}

/** The address of a call. Throws ToolFailure `input_invalid`. */
export function urlOf(text: string): URL {
  const url = parseHttpUrl(text)
  if (url) return url
  throw new ToolFailure('input_invalid', 'url must be an http or https address without a user name', {
    recoveryOptions: ['Correct the address'],
  })
}
