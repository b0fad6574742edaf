import { headers } from 'next/headers'

/** Where visitors reach this server, such as `https://skills.example.com`: as configured, else as this visitor came. */
export async function publicOrigin(): Promise<string> {
  const configured = process.env['GUILDHALL_PUBLIC_URL']
  if (configured) return new URL(configured).origin
  const incoming = await headers()
  const host = incoming.get('x-forwarded-host') ?? incoming.get('host') ?? 'localhost'
  const protocol = incoming.get('x-forwarded-proto') === 'https' ? 'https' : 'http'
  return `${protocol}://${host}`
}
