import { createGuildhall, type Guildhall } from '@guildhall/sdk'
import { headers } from 'next/headers'
import { cache } from 'react'

const FORWARDED = ['cookie', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-request-id', 'user-agent']

/**
 * The API for server components, spoken to in the name of the visitor: their cookie and their address go along.
 * Throws where `GUILDHALL_INTERNAL_URL` is not set.
 */
export const serverClient = cache(async (): Promise<Guildhall> => {
  const baseUrl = process.env['GUILDHALL_INTERNAL_URL']
  if (!baseUrl) throw new Error('GUILDHALL_INTERNAL_URL is not set: the web UI does not know where the API is.')
  const incoming = await headers()
  const forwarded: Record<string, string> = {}
  for (const name of FORWARDED) {
    const value = incoming.get(name)
    if (value !== null) forwarded[name] = value
  }
  return createGuildhall({
    baseUrl,
    headers: forwarded,
    fetch: (url, init) => fetch(url, { ...init, cache: 'no-store' }),
  })
})
