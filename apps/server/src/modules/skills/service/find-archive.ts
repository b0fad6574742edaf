import type { Readable } from 'node:stream'
import { AppError, fullNameOf } from '@guildhall/contracts'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { isGivenOut, maySeeSkill, type Viewer } from '../access.ts'
import * as store from '../store.ts'
import { type PlainFormat, plainDigestOf } from './pack-plain.ts'
import { type SeenVersion, takableVersion, type VersionAddress } from './see-skills.ts'

/**
 * `package` is signed, as installers take it; tar.gz and zip are plain, with the files at the root. `skill-md` is the one file of a skill
 * that has no other.
 */
export type ArchiveFormat = 'package' | 'skill-md' | PlainFormat

export type ArchiveAddress = VersionAddress & { format: ArchiveFormat }

/** One archive of one version, ready to be opened. */
export interface Archive {
  skillId: string
  semver: string
  sha256: string
  sizeBytes: number
  filename: string
  contentType: string
  /** Everybody may have it. */
  isPublic: boolean
  /** Opens the bytes, or those from `start` to `end`, both included. */
  open: (range: { start: number; end: number } | null) => Promise<Readable>
}

type Found = Omit<Archive, 'open'>

export interface FindArchiveDeps {
  q: Queryable
  blobs: Blobs
  clock: Clock
  packPlain(versionId: string, format: PlainFormat): Promise<string>
}

export interface Archives {
  /** Throws skill.not-found, version.not-found, version.unavailable. */
  find: (address: ArchiveAddress, viewer: Viewer | null) => Promise<Archive>
  /** Forgets what addresses led to: something about skills has changed. */
  forget: () => void
}

/** How long another node's change may go unnoticed here. */
const REMEMBERED_MS = 5000
const MOST_REMEMBERED = 20_000

const types: Record<ArchiveFormat, string> = {
  package: 'application/zip',
  'skill-md': 'text/markdown; charset=utf-8',
  'tar.gz': 'application/gzip',
  zip: 'application/zip',
}

function nameOf({ skill, row }: SeenVersion, format: ArchiveFormat): string {
  if (format === 'skill-md') return 'SKILL.md'
  return format === 'package' ? (row.archiveName ?? 'package.zip') : `${skill.name}-${row.semver}.${format}`
}

async function onlyFileOf(q: Queryable, versionId: string): Promise<string | null> {
  const [file, ...others] = await store.filesOf(q, versionId)
  return file && others.length === 0 ? file.sha256 : null
}

/** Only what was released has archives; a draft's plain ones would be made of what nobody has signed. */
async function digestOf(deps: FindArchiveDeps, { row }: SeenVersion, format: ArchiveFormat): Promise<string | null> {
  if (format === 'skill-md') return onlyFileOf(deps.q, row.id)
  if (format === 'package' || row.archiveSha256 === null) return row.archiveSha256
  return plainDigestOf(row, format) ?? deps.packPlain(row.id, format)
}

async function look(deps: FindArchiveDeps, address: ArchiveAddress, viewer: Viewer | null): Promise<Found> {
  const { format } = address
  const seen = await takableVersion(deps.q, address, viewer)
  const digest = await digestOf(deps, seen, format)
  const blob = digest === null ? null : await deps.blobs.find(digest)
  if (!blob) throw new AppError('version.not-found', { skill: fullNameOf(address), version: address.version })
  const isPublic = maySeeSkill(null, seen.skill) && isGivenOut(seen.row.status)
  const names = { filename: nameOf(seen, format), contentType: types[format] }
  return { skillId: seen.skill.id, semver: seen.row.semver, ...blob, ...names, isPublic }
}

/** Finds archives, most of the time without the database: what public addresses lead to is remembered for some seconds. */
export function createArchives(deps: FindArchiveDeps): Archives {
  const known = new Map<string, Found & { untilMs: number }>()
  // Counts what was forgotten: a look that began before must not bring old news back.
  let generation = 0

  function remember(key: string, found: Found): void {
    known.set(key, { ...found, untilMs: deps.clock.now().getTime() + REMEMBERED_MS })
    const oldest = known.keys().next()
    if (known.size > MOST_REMEMBERED && !oldest.done) known.delete(oldest.value)
  }

  async function recall(address: ArchiveAddress, viewer: Viewer | null): Promise<Found> {
    const key = `${fullNameOf(address)} ${address.version} ${address.format}`
    const before = known.get(key)
    if (before && before.untilMs > deps.clock.now().getTime()) return before
    known.delete(key)
    const begun = generation
    const found = await look(deps, address, viewer)
    if (found.isPublic && begun === generation) remember(key, found)
    return found
  }

  return {
    async find(address, viewer) {
      const found = await recall(address, viewer)
      return {
        ...found,
        async open(range) {
          const blob = await deps.blobs.open(found.sha256, range)
          if (!blob) throw new AppError('version.not-found', { skill: fullNameOf(address), version: address.version })
          return blob.stream
        },
      }
    },
    forget() {
      generation += 1
      known.clear()
    },
  }
}
