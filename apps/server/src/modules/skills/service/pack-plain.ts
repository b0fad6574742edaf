import { packRootZip, packTarGz, type PackageFiles } from '@guildhall/skill-format'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import * as store from '../store.ts'

/** An archive with the files at its root and no signature, for clients that know none. */
export type PlainFormat = 'tar.gz' | 'zip'

const formats = {
  'tar.gz': { column: 'tarGzSha256', pack: packTarGz },
  zip: { column: 'rootZipSha256', pack: packRootZip },
} as const

export interface PackDeps {
  q: Queryable
  blobs: Blobs
  /** Every file of a version, whole. */
  loadPackage(versionId: string): Promise<PackageFiles>
}

/** Digest of a version's plain archive; null where none was made yet. */
export const plainDigestOf = (row: Pick<store.VersionRow, keyof store.PlainArchives>, format: PlainFormat) =>
  row[formats[format].column]

/** Both plain archives of these files, kept as blobs. */
export async function storePlainArchives(blobs: Blobs, files: PackageFiles): Promise<store.PlainArchives> {
  const tarGz = await blobs.put(await packTarGz(files))
  const rootZip = await blobs.put(await packRootZip(files))
  return { tarGzSha256: tarGz.sha256, rootZipSha256: rootZip.sha256 }
}

/** Makes plain archives on demand, for versions that were released before there were any. One is made at a time: each holds a whole package. */
export function createPlainPacker(deps: PackDeps): (versionId: string, format: PlainFormat) => Promise<string> {
  const underWay = new Map<string, Promise<string>>()
  let last: Promise<unknown> = Promise.resolve()

  async function make(versionId: string, format: PlainFormat): Promise<string> {
    const { column, pack } = formats[format]
    const { sha256 } = await deps.blobs.put(await pack(await deps.loadPackage(versionId)))
    await store.notePlainArchive(deps.q, versionId, { column, sha256 })
    return sha256
  }

  return (versionId, format) => {
    const key = `${versionId} ${format}`
    const made = underWay.get(key) ?? last.then(() => make(versionId, format)).finally(() => void underWay.delete(key))
    underWay.set(key, made)
    last = made.catch(() => undefined)
    return made
  }
}
