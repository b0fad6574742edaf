import type { SkillAddress, VersionDiff } from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import { found } from '../../lib/found.ts'
import { type ShownProblem, shownProblem } from '../../lib/problem.ts'
import { serverClient } from '../../lib/sdk-server.ts'

/** What a reader is told instead of a diff. */
const TOLD = new Set(['version.nothing-before', 'version.unavailable', 'version.not-found'])

/** What separates two versions, or why that cannot be shown. Without `from`, the version before `to`. */
export async function compared(
  { publisher, name }: SkillAddress,
  to: string,
  from: string | undefined,
): Promise<VersionDiff | ShownProblem> {
  const client = await serverClient()
  const asked = client.skills.diff({ params: { publisher, name, version: to }, query: { ...(from && { from }) } })
  return found(
    asked.catch((error: unknown) => {
      if (error instanceof ApiProblem && TOLD.has(error.code)) return shownProblem(error)
      throw error
    }),
  )
}
