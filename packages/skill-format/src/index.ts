export { createPackageBuilder, type PackageBuilder } from './archive/package-builder.ts'
export { readArchive, unpackArchive, type UnpackedArchive } from './archive/unpack-archive.ts'
export { contentDigest, type DigestInput, fileDigests, SIGNATURE_PATH } from './content-digest.ts'
export { type DependencyEntry, splitDependency } from './dependencies/dependency-text.ts'
export { type Demand, type DependencyRefusal, refusalText } from './dependencies/refusal.ts'
export {
  type ChosenDependency,
  dependencyLimits,
  type DependencyRoot,
  type Resolution,
  resolveDependencies,
  type VersionLookup,
} from './dependencies/resolve-dependencies.ts'
export { type AvailableVersion, highestAllowed, isRange } from './dependencies/version-list.ts'
export { type DependencyLink, type RequiredSkill, whyDependency } from './dependencies/why-dependency.ts'
export { changelogOf } from './diff/changelog.ts'
export { diffPackages } from './diff/diff-packages.ts'
export { type PackageSide, packageSide } from './diff/package-side.ts'
export { type Fix, type FixedText, fixSkillMd } from './fix/fix-skill-md.ts'
export { withGeneratedSkillMd } from './inspect/generated-skill-md.ts'
export {
  type InspectOptions,
  inspectPackage,
  isPublishable,
  type PackageInspection,
} from './inspect/inspect-package.ts'
export { readSkillMd, type SkillMd } from './inspect/read-skill-md.ts'
export {
  CANONICAL_AGENT,
  emptyLock,
  formatLock,
  type Lock,
  LOCK_FILE_NAME,
  LOCK_VERSION,
  type LockedInstall,
  LockedPath,
  type LockedSkill,
  type LockedSource,
  parseLock,
} from './lock-file.ts'
export { archiveFileName, type PackInput, packSkill } from './pack-skill.ts'
export { formatEnvelope } from './signing/envelope-text.ts'
export { packRootZip, packTarGz } from './pack-root.ts'
export { PackageError, type PackageErrorCode, type PackageErrorFacts, packageErrorTable } from './package-error.ts'
export type { PackageFiles } from './package-files.ts'
export { defaultLimits, type PackageLimits } from './package-limits.ts'
export { readFolder } from './read-folder.ts'
export { type PromptSkill, readProperties, type ReferenceOutput, toPrompt } from './reference/reference-output.ts'
export { generateSigningKey, keyIdOf, type SigningKey } from './signing/ed25519-key.ts'
export {
  type Rename,
  type RenameChain,
  renameText,
  signRename,
  verifyRename,
  verifyRenames,
} from './signing/rename-record.ts'
export { type SignInput, signPackage } from './signing/sign-package.ts'
export {
  readEnvelope,
  type TrustedKey,
  type VerifyInput,
  verifyPackage,
  type VerifyRefusal,
  type VerifyResult,
} from './signing/verify-package.ts'
export { compareSemver, highestWithin, isVersionRange, nextPatch } from './versions.ts'
