import { FullName, Semver, SemverRange, Sha256 } from '@guildhall/contracts'
import * as z from 'zod'

/**
 * What an install has to know of a version: the part of the contract's `VersionDetails` that is used here. Signature and renames are
 * parsed where they are verified. Reading the whole reply would take longer than installing a skill.
 */
export const ReleaseFacts = z.object({
  fullName: FullName,
  signedAs: FullName,
  version: Semver,
  status: z.enum(['pending', 'released', 'rejected', 'yanked', 'withdrawn', 'suspended']),
  statusReason: z.string().nullable(),
  deprecation: z.string().nullable(),
  digest: Sha256,
  dependencies: z.record(FullName, SemverRange),
  renames: z.array(z.looseObject({ from: FullName })).max(100),
  signature: z.unknown(),
})
export type ReleaseFacts = z.infer<typeof ReleaseFacts>
