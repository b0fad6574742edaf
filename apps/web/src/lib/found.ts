import { ApiProblem } from '@guildhall/sdk'
import { notFound } from 'next/navigation'

/** Waits for a reply; what does not exist, or cannot exist under such an address, becomes the not-found page. */
export async function found<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 404 || error.code === 'request.invalid')) notFound()
    throw error
  }
}
