import { SignatureEnvelope } from '@guildhall/contracts'
import {
  contentDigest,
  formatEnvelope,
  type PackageFiles,
  SIGNATURE_PATH,
  type TrustedKey,
  verifyPackage,
} from '@guildhall/skill-format/install'
import { type Content, refuseBadPaths } from './file-tree.ts'
import { InstallProblem } from './install-problem.ts'

export interface ReleaseToVerify extends Content {
  /** As unpacked. */
  files: PackageFiles
  /** Whatever came as the envelope. */
  envelope: unknown
  /** Keys that were trusted before this package came. */
  trustedKeys: readonly TrustedKey[]
}

/**
 * Checks that these files are what a trusted key signed under this name and version. Returns them with `signature.sig`, and who
 * signed. Throws InstallProblem `verify.digest`, `verify.signature` or `files.bad-path`.
 */
export function verifyRelease(release: ReleaseToVerify): { files: PackageFiles; keyIds: string[] } {
  const { files, fullName, version, digest, envelope, trustedKeys } = release
  const computed = contentDigest({ files, fullName, version })
  if (computed !== digest) throw new InstallProblem('verify.digest', `${fullName}@${version}`, `sha256 ${computed}`)
  const result = verifyPackage({ files, fullName, version, envelope, trustedKeys })
  if (result.status === 'refused')
    throw new InstallProblem('verify.signature', `${fullName}@${version}`, result.message)
  refuseBadPaths(files)
  const signed = new Map(files).set(
    SIGNATURE_PATH,
    new TextEncoder().encode(formatEnvelope(SignatureEnvelope.parse(envelope))),
  )
  return { files: signed, keyIds: result.keyIds }
}
