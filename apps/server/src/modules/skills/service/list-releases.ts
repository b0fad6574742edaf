import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../access.ts'
import * as store from '../store.ts'
import type { PlainFormat } from './pack-plain.ts'

/** What a client without our signatures takes of a release: the one file it consists of, or its plain archive. */
export interface Artifact {
  kind: 'skill-md' | 'tar.gz'
  sha256: string
}

export type ListedRelease = Omit<store.ListedRelease, 'fileCount' | 'skillMdSha256' | 'tarGzSha256'> & {
  artifact: Artifact
}

export interface ListReleasesDeps {
  q: Queryable
  packPlain(versionId: string, format: PlainFormat): Promise<string>
}

/** Archives made for one list. Only versions that are older than these archives lack one; the next list makes more. */
const MOST_PACKED = 50

/** The newest releases, most installed first, each with its artifact; those that still lack it are left out. */
export async function listReleases(
  deps: ListReleasesDeps,
  filter: store.ReleaseFilter,
  viewer: Viewer | null,
): Promise<ListedRelease[]> {
  const listed: ListedRelease[] = []
  let packed = 0
  for (const row of await store.listReleases(deps.q, viewer, filter)) {
    const { fileCount, skillMdSha256, tarGzSha256, ...release } = row
    if (fileCount === 1) {
      listed.push({ ...release, artifact: { kind: 'skill-md', sha256: skillMdSha256 } })
    } else if (tarGzSha256 !== null || packed < MOST_PACKED) {
      if (tarGzSha256 === null) packed += 1
      const sha256 = tarGzSha256 ?? (await deps.packPlain(release.versionId, 'tar.gz'))
      listed.push({ ...release, artifact: { kind: 'tar.gz', sha256 } })
    }
  }
  return listed
}
