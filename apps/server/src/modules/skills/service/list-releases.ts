import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../access.ts'
import * as store from '../store.ts'
import { type PlainFormat, plainDigestOf } from './pack-plain.ts'

/** What a client without our signatures takes of a release: the one file it consists of, or its plain archive. */
export interface Artifact {
  kind: 'skill-md' | PlainFormat
  sha256: string
}

type ArtifactColumn = 'fileCount' | 'skillMdSha256' | 'hasLongPaths' | keyof store.PlainArchives

export type ListedRelease = Omit<store.ListedRelease, ArtifactColumn> & { artifact: Artifact }

export interface ListReleasesDeps {
  q: Queryable
  packPlain(versionId: string, format: PlainFormat): Promise<string>
}

/** Archives made for one list. Only versions that are older than these archives lack one; the next list makes more. */
const MOST_PACKED = 50

/** A zip names every file in full; a tar.gz, which is what most clients expect, only short names of ASCII. */
const formatOf = ({ hasLongPaths }: store.ListedRelease): PlainFormat => (hasLongPaths ? 'zip' : 'tar.gz')

/** The newest releases, most installed first, each with its artifact; those that still lack it are left out. */
export async function listReleases(
  deps: ListReleasesDeps,
  filter: store.ReleaseFilter,
  viewer: Viewer | null,
): Promise<ListedRelease[]> {
  const listed: ListedRelease[] = []
  let packed = 0
  for (const row of await store.listReleases(deps.q, viewer, filter)) {
    const { fileCount, skillMdSha256, hasLongPaths: _, tarGzSha256, rootZipSha256, ...release } = row
    if (fileCount === 1) {
      listed.push({ ...release, artifact: { kind: 'skill-md', sha256: skillMdSha256 } })
      continue
    }
    const kind = formatOf(row)
    const digest = plainDigestOf({ tarGzSha256, rootZipSha256 }, kind)
    if (digest === null) packed += 1
    if (digest === null && packed > MOST_PACKED) continue
    listed.push({ ...release, artifact: { kind, sha256: digest ?? (await deps.packPlain(release.versionId, kind)) } })
  }
  return listed
}
