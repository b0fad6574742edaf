import type { PackageFile, PackageSummary } from '@guildhall/contracts'
import { fileDigests } from '../content-digest.ts'
import type { PackageFiles } from '../package-files.ts'

/** One of the two packages that are compared. Bytes are asked for only where two files differ. */
export interface PackageSide {
  summary: PackageSummary
  /** Without `signature.sig`. */
  files: readonly PackageFile[]
  bytesOf(file: PackageFile): Uint8Array | Promise<Uint8Array>
}

/** A package in memory, to be compared. */
export function packageSide(files: PackageFiles, summary: PackageSummary): PackageSide {
  return {
    summary,
    files: fileDigests(files),
    bytesOf: ({ path }) => files.get(path) ?? new Uint8Array(),
  }
}
