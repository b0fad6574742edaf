import type { Me } from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { paths } from './paths.ts'
import { serverClient } from './sdk-server.ts'

/** Who is signed in, asked once per request; null where nobody is. */
export const currentUser = cache(async (): Promise<Me | null> => {
  const client = await serverClient()
  try {
    return await client.auth.me()
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null
    throw error
  }
})

/** The signed-in user; others are sent to sign in and come back to `returnTo`. */
export async function requireUser(returnTo: string): Promise<Me> {
  return (await currentUser()) ?? redirect(paths.login(returnTo))
}

/** An administrator; for everybody else the page does not exist. */
export async function requireAdmin(returnTo: string): Promise<Me> {
  const user = await requireUser(returnTo)
  return user.role === 'admin' ? user : notFound()
}
