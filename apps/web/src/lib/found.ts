import { ApiProblem } from '@guildhall/sdk'
import { notFound } from 'next/navigation'

/**
 * Waits for a reply; what does not exist, or cannot exist under such an address, becomes the not-found page. Before that,
 * `elsewhere` may lead to another page.
 */
export async function found<T>(reply: Promise<T>, elsewhere?: () => Promise<void>): Promise<T> {
  try {
    return await reply
  } catch (error) {
    if (!(error instanceof ApiProblem && (error.status === 404 || error.code === 'request.invalid'))) throw error
    await elsewhere?.()
    notFound()
  }
}
