import { AppError } from '@guildhall/contracts'

export interface Origins {
  /** Origins that pages of this site have, such as `https://guildhall.example`. */
  own: readonly string[]
}

export interface UnsafeRequest {
  method: string
  host: string | undefined
  origin: string | undefined
  fetchSite: string | undefined
  carriesCookie: boolean
  isHttps: boolean
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses requests that change something when another site made a browser send them (cross-site request forgery). Fetch metadata
 * decides where the browser sends it, else the Origin; a cookie without either is refused. https://owasp.org/www-community/attacks/csrf
 */
export function refuseCrossSite(request: UnsafeRequest, origins: Origins): void {
  if (SAFE.has(request.method)) return
  const refuse = (why: string): never => {
    throw new AppError('request.cross-site', { why })
  }
  if (request.fetchSite !== undefined && request.fetchSite !== 'same-origin' && request.fetchSite !== 'none') {
    refuse(`Sec-Fetch-Site is ${request.fetchSite}`)
  }
  if (request.origin !== undefined) {
    const served = `${request.isHttps ? 'https' : 'http'}://${request.host ?? ''}`
    if (request.origin !== served && !origins.own.includes(request.origin)) refuse(`Origin is ${request.origin}`)
    return
  }
  if (request.carriesCookie && request.fetchSite === undefined) refuse('neither Origin nor Sec-Fetch-Site is present')
}
