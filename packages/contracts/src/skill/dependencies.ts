import * as z from 'zod'
import { FullName, Semver, SemverRange, Sha256 } from './names.ts'

/** One skill that another one needs, at the version that was chosen for the whole graph. */
export const ResolvedDependency = z
  .object({
    fullName: FullName,
    version: Semver,
    digest: Sha256,
    requiredBy: z.array(z.object({ fullName: FullName, range: SemverRange })).min(1),
  })
  .meta({ id: 'ResolvedDependency' })
export type ResolvedDependency = z.infer<typeof ResolvedDependency>

/** The same, as an installation keeps it: a version never changes, so its number says all. */
export const ChosenDependency = ResolvedDependency.pick({ fullName: true, version: true }).meta({
  id: 'ChosenDependency',
})
export type ChosenDependency = z.infer<typeof ChosenDependency>
