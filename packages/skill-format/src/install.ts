/**
 * What an installer needs: lock file, digest, archives and signatures. It leaves out whatever reads YAML, compares or packs, which
 * takes longer to load than an install takes to run.
 */
export { unpackArchive } from './archive/unpack-archive.ts'
export { contentDigest, SIGNATURE_PATH } from './content-digest.ts'
export {
  CANONICAL_AGENT,
  emptyLock,
  formatLock,
  LOCK_FILE_NAME,
  LOCK_VERSION,
  type LockedInstall,
  LockedPath,
  type LockedSkill,
  type LockedSource,
  parseLock,
} from './lock-file.ts'
export type { PackageFiles } from './package-files.ts'
export { formatEnvelope } from './signing/envelope-text.ts'
export { readEnvelope, type TrustedKey, verifyPackage } from './signing/verify-package.ts'
