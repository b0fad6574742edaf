import type { SkillAddress, VersionDiff } from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import { found } from '../../lib/found.ts'
import { type ShownProblem, shownProblem } from '../../lib/problem.ts'
import { serverClient } from '../../lib/sdk-server.ts'

/** What a reader is told instead of a diff. */
const TOLD = new Set(['version.nothing-before', 'version.unavailable', 'version.not-found'])

/** The server's remedy speaks of its parameters; a reader has a form, or nothing to choose from. */
const firstVersion = (version: string) => ({
  title: 'There is no earlier version to compare with.',
  remedy: `What comes after ${version} can be compared with it here.`,
})

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
      if (error instanceof ApiProblem && TOLD.has(error.code)) {
        const problem = shownProblem(error)
        return error.code === 'version.nothing-before' ? { ...problem, ...firstVersion(to) } : problem
      }
      throw error
    }),
  )
}
