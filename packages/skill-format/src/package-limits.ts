/** How much a package may hold. See SKILL-PACKAGE.md. */
export interface PackageLimits {
  maxTotalBytes: number
  maxFileBytes: number
  maxFiles: number
  /** Segments of a path, the file's own name included. */
  maxDepth: number
  /** Unpacked bytes per packed byte. */
  maxRatio: number
}

const MIB = 1024 * 1024

/** The limits of SKILL-PACKAGE.md. */
export const defaultLimits: PackageLimits = {
  maxTotalBytes: 50 * MIB,
  maxFileBytes: 10 * MIB,
  maxFiles: 2000,
  maxDepth: 16,
  maxRatio: 100,
}
