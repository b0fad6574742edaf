import type { FastifyRequest } from 'fastify'

/**
 * Who the visitor is and where they came to, as this server judged it. Replaces what the visitor wrote into these headers: a page asks
 * the API over loopback, which is believed.
 */
export function forwardedBy(request: FastifyRequest): Record<string, string> {
  return {
    'x-forwarded-for': request.ip,
    'x-forwarded-host': request.host,
    'x-forwarded-proto': request.protocol,
  }
}
