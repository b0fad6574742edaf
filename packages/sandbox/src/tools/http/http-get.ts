import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import {
  AsField,
  HeadersField,
  HttpAnswer,
  httpLimitWords,
  permissionForUrl,
  UrlField,
  urlOf,
} from './request-fields.ts'
import { sendRequest } from './send-request.ts'

/** GET of a public http or https address on a granted host. Answers for every status; at most 2 MiB, 10 s and 3 redirects. */
export function createHttpGet(): Tool {
  return defineTool({
    name: 'http.get',
    summary: 'Read a web address on a host that was granted',
    permission: 'network',
    permissionFor: permissionForUrl,
    input: z.strictObject({ url: UrlField, headers: HeadersField, as: AsField }),
    output: HttpAnswer,
    limits: httpLimitWords,
    errors: ['network_error', 'too_large', 'quota_exceeded', 'not_configured', 'tool_error'],
    execute: ({ url, headers, as }, context) =>
      sendRequest({ method: 'GET', url: urlOf(url), headers, body: {} }, { toolName: 'http.get', as }, context),
  })
}
