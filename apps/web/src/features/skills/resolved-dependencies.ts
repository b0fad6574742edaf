import type { ResolvedDependency, SkillAddress } from '@guildhall/contracts'
import { ApiProblem } from '@guildhall/sdk'
import * as z from 'zod'
import { type ShownProblem, shownProblem } from '../../lib/problem.ts'
import { serverClient } from '../../lib/sdk-server.ts'

const Path = z.array(z.string()).catch([])

/** The skills that come along with a version, or why they cannot be chosen, with the way that leads there. */
export async function resolvedDependencies(
  { publisher, name }: SkillAddress,
  version: string,
): Promise<{ items: ResolvedDependency[] } | { problem: ShownProblem; path: string[] }> {
  const client = await serverClient()
  try {
    return await client.skills.dependencies({ params: { publisher, name, version } })
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status >= 500) throw error
    return { problem: shownProblem(error), path: Path.parse(error.problem['path']) }
  }
}
