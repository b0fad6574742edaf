/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

import type { Json } from '../json.d.ts'

export interface HttpGetInput {
  /**
   * An http or https address without a user name, on a host that was granted
   */
  url: string
  /**
   * Headers by name; not those that steer the connection, such as host or content-length
   */
  headers?: {
    [k: string]: string
  }
  /**
   * How the body of the answer is given: as text (UTF-8), as the value that its JSON says, or as base64
   */
  as?: 'text' | 'json' | 'base64'
}

export interface HttpGetOutput {
  /**
   * The status code; also 404 or 500 is an answer
   */
  status: number
  /**
   * The address that answered, after redirects
   */
  url: string
  /**
   * Headers by their names in lower case; repeated ones joined with ", "
   */
  headers: {
    [k: string]: string
  }
  /**
   * In the form that `as` asks for
   */
  body: Json
}

export interface HttpPostInput {
  /**
   * An http or https address without a user name, on a host that was granted
   */
  url: string
  /**
   * Headers by name; not those that steer the connection, such as host or content-length
   */
  headers?: {
    [k: string]: string
  }
  /**
   * The body as text; sent as text/plain unless a header says otherwise
   */
  text?: string
  /**
   * The body as a value that is sent as JSON
   */
  json?: Json
  /**
   * The body as base64; sent as application/octet-stream unless a header says otherwise
   */
  base64?: string
  /**
   * The body as fields of a form (application/x-www-form-urlencoded)
   */
  form?: {
    [k: string]: string
  }
  /**
   * How the body of the answer is given: as text (UTF-8), as the value that its JSON says, or as base64
   */
  as?: 'text' | 'json' | 'base64'
}

export interface HttpPostOutput {
  /**
   * The status code; also 404 or 500 is an answer
   */
  status: number
  /**
   * The address that answered, after redirects
   */
  url: string
  /**
   * Headers by their names in lower case; repeated ones joined with ", "
   */
  headers: {
    [k: string]: string
  }
  /**
   * In the form that `as` asks for
   */
  body: Json
}

export interface HttpRequestInput {
  /**
   * The method
   */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /**
   * An http or https address without a user name, on a host that was granted
   */
  url: string
  /**
   * Headers by name; not those that steer the connection, such as host or content-length
   */
  headers?: {
    [k: string]: string
  }
  /**
   * The body as text; sent as text/plain unless a header says otherwise
   */
  text?: string
  /**
   * The body as a value that is sent as JSON
   */
  json?: Json
  /**
   * The body as base64; sent as application/octet-stream unless a header says otherwise
   */
  base64?: string
  /**
   * The body as fields of a form (application/x-www-form-urlencoded)
   */
  form?: {
    [k: string]: string
  }
  /**
   * How the body of the answer is given: as text (UTF-8), as the value that its JSON says, or as base64
   */
  as?: 'text' | 'json' | 'base64'
}

export interface HttpRequestOutput {
  /**
   * The status code; also 404 or 500 is an answer
   */
  status: number
  /**
   * The address that answered, after redirects
   */
  url: string
  /**
   * Headers by their names in lower case; repeated ones joined with ", "
   */
  headers: {
    [k: string]: string
  }
  /**
   * In the form that `as` asks for
   */
  body: Json
}

/** `ctx.tools.http` */
export interface HttpTools {
  /**
   * Read a web address on a host that was granted.
   * Needs network.
   * Limits: 2 MiB sent, 2 MiB received, packed and unpacked; 3 redirects; none hands headers or a body to another origin; 10 s; public addresses only.
   */
  get(args: HttpGetInput): Promise<HttpGetOutput>
  /**
   * Send something to a web address on a host that was granted.
   * Needs network.
   * Limits: 2 MiB sent, 2 MiB received, packed and unpacked; 3 redirects; none hands headers or a body to another origin; 10 s; public addresses only.
   */
  post(args: HttpPostInput): Promise<HttpPostOutput>
  /**
   * Send a request of any method to a web address on a host that was granted.
   * Needs network.
   * Limits: 2 MiB sent, 2 MiB received, packed and unpacked; 3 redirects; none hands headers or a body to another origin; 10 s; public addresses only.
   */
  request(args: HttpRequestInput): Promise<HttpRequestOutput>
}
