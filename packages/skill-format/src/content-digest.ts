import { createHash } from 'node:crypto'
import type { PackageFile } from '@guildhall/contracts'
import { compareUtf8, type PackageFiles } from './package-files.ts'

/** The one file that a package may gain after it was signed. */
export const SIGNATURE_PATH = 'signature.sig'

export interface DigestInput {
  /** `@publisher/name`. */
  fullName: string
  version: string
  files: PackageFiles
}

/** Path, size and SHA-256 of every file but `signature.sig`, sorted by the UTF-8 bytes of the path. */
export function fileDigests(files: PackageFiles): PackageFile[] {
  return [...files]
    .filter(([path]) => path !== SIGNATURE_PATH)
    .map(([path, bytes]) => ({ path, sizeBytes: bytes.length, sha256: sha256(bytes) }))
    .sort((a, b) => compareUtf8(a.path, b.path))
}

/**
 * The content digest of SKILL-PACKAGE.md: SHA-256, in hexadecimal, over the lines `guildhall-package-v1`, full name,
 * version, and then `sha256 size path` per file. Names and versions hold no line end, nor do paths that passed the name
 * rules, so no two packages share a list.
 */
export function contentDigest({ fullName, version, files }: DigestInput): string {
  const lines = fileDigests(files).map((file) => `${file.sha256} ${file.sizeBytes} ${file.path}\n`)
  return sha256(`guildhall-package-v1\n${fullName}\n${version}\n${lines.join('')}`)
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex')
}
