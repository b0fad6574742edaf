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

const Input = z
  .strictObject({ url: UrlField, headers: HeadersField, ...bodyFields, as: AsField })
  .refine(hasOneBody, 'must have at most one of text, json, base64 and form')

/** POST to a public http or https address on a granted host. Answers for every status; at most 2 MiB, 10 s and 3 redirects. */
export function createHttpPost(): Tool {
  return defineTool({
    name: 'http.post',
    summary: 'Send something to a web address on a host that was granted',
    permission: 'network',
    permissionFor: permissionForUrl,
    input: Input,
    output: HttpAnswer,
    limits: httpLimitWords,
    errors: ['network_error', 'too_large', 'quota_exceeded', 'not_configured', 'tool_error'],
    execute: ({ url, headers, as, text, json, base64, form }, context) =>
      sendRequest(
        { method: 'POST', url: urlOf(url), headers, body: { text, json, base64, form } },
        { toolName: 'http.post', as },
        context,
      ),
  })
}
