import { outboundMethods } from '@guildhall/outbound'
import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import {
  AsField,
  bodyFields,
  hasOneBody,
  HeadersField,
  HttpAnswer,
  httpLimitWords,
  permissionForUrl,
  UrlField,
  urlOf,
} from './request-fields.ts'
import { sendRequest } from './send-request.ts'
import { hasBody } from './wire-request.ts'

const Input = z
  .strictObject({
    method: z.enum(outboundMethods).default('GET').describe('The method'),
    url: UrlField,
    headers: HeadersField,
    ...bodyFields,
    as: AsField,
  })
  .refine(hasOneBody, 'must have at most one of text, json, base64 and form')
  .refine(
    ({ method, text, json, base64, form }) =>
      (method !== 'GET' && method !== 'HEAD') || !hasBody({ text, json, base64, form }),
    'GET and HEAD have no body',
  )

/** Any request to a public http or https address on a granted host. Answers for every status; at most 2 MiB, 10 s and 3 redirects. */
export function createHttpRequest(): Tool {
  return defineTool({
    name: 'http.request',
    summary: 'Send a request of any method to a web address on a host that was granted',
    permission: 'network',
    permissionFor: permissionForUrl,
    input: Input,
    output: HttpAnswer,
    limits: httpLimitWords,
    errors: ['network_error', 'too_large', 'quota_exceeded', 'not_configured', 'tool_error'],
    execute: ({ method, url, headers, as, text, json, base64, form }, context) =>
      sendRequest(
        { method, url: urlOf(url), headers, body: { text, json, base64, form } },
        { toolName: 'http.request', as },
        context,
      ),
  })
}
