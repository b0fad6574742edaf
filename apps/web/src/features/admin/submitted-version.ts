import type { Submission, VersionDetails } from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import { serverClient } from '../../lib/sdk-server.ts'

/** The version that a submission wants to release, with its files; null where the server has none to show. */
export async function submittedVersion({ publisher, name, version }: Submission): Promise<VersionDetails | null> {
  if (name === null || version === null) return null
  const client = await serverClient()
  try {
    return await client.skills.version({ params: { publisher, name, version } })
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null
    throw error
  }
}
