import type { SignatureEnvelope, SkillKind } from '@guildhall/contracts'
import type { ArchiveEntry } from './archive/archive-entry.ts'
import { writeZip } from './archive/write-zip.ts'
import { SIGNATURE_PATH } from './content-digest.ts'
import { compareUtf8, type PackageFiles } from './package-files.ts'
import { formatEnvelope } from './signing/envelope-text.ts'

export interface PackInput {
  files: PackageFiles
  kind: SkillKind
  /** The skill's own name; the wrapper folder of an instructions skill is called so. */
  name: string
  envelope?: SignatureEnvelope | undefined
}

/**
 * Packs a skill as a zip: an instructions skill inside a folder of its name, an executable one at the root, either with
 * `signature.sig` where an envelope is given. The same input gives the same bytes under the same release of zlib.
 */
export async function packSkill({ files, kind, name, envelope }: PackInput): Promise<Uint8Array> {
  const prefix = kind === 'instructions' ? `${name}/` : ''
  const entries = packedFiles(files, envelope).map(([path, bytes]): ArchiveEntry => [`${prefix}${path}`, bytes])
  return writeZip(entries)
}

/** `seo-writer-1.2.3.skill` or `.aisapp`. */
export function archiveFileName(kind: SkillKind, name: string, version: string): string {
  return `${name}-${version}${kind === 'instructions' ? '.skill' : '.aisapp'}`
}

/** An old signature never travels along: it is replaced or left out. */
function packedFiles(files: PackageFiles, envelope: SignatureEnvelope | undefined): ArchiveEntry[] {
  const plain = [...files].filter(([path]) => path !== SIGNATURE_PATH)
  const signature: ArchiveEntry[] =
    envelope === undefined ? [] : [[SIGNATURE_PATH, new TextEncoder().encode(formatEnvelope(envelope))]]
  return [...plain, ...signature].sort(([a], [b]) => compareUtf8(a, b))
}
