import type { ArchiveEntry } from './archive/archive-entry.ts'
import { writeTarGz } from './archive/write-tar-gz.ts'
import { writeZip } from './archive/write-zip.ts'
import { SIGNATURE_PATH } from './content-digest.ts'
import { compareUtf8, type PackageFiles, skillMdPath } from './package-files.ts'

/**
 * Packs the files of a skill as a tar.gz for discovery clients: at the root, without `./` in front (one known client drops such
 * entries), SKILL.md first, then by the UTF-8 bytes of the path, without `signature.sig`. The same files give the same bytes
 * under the same release of zlib.
 */
export async function packTarGz(files: PackageFiles): Promise<Uint8Array> {
  return writeTarGz(rootEntries(files))
}

/** As `packTarGz`, as a zip. */
export async function packRootZip(files: PackageFiles): Promise<Uint8Array> {
  return writeZip(rootEntries(files))
}

function rootEntries(files: PackageFiles): ArchiveEntry[] {
  const first = skillMdPath(files)
  return [...files]
    .filter(([path]) => path !== SIGNATURE_PATH)
    .sort(([a], [b]) => Number(b === first) - Number(a === first) || compareUtf8(a, b))
}
