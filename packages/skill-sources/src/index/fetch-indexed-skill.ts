import { createHash } from 'node:crypto'
import {
  createPackageBuilder,
  defaultLimits,
  type PackageFiles,
  type PackageLimits,
  unpackArchive,
} from '@guildhall/skill-format'
import { SourceError } from '../source-error.ts'
import { type FetchOptions, fetchWithin } from './fetch-within.ts'
import type { IndexedSkill } from './read-index.ts'

/** An archive packs what it holds, so it is smaller than that but for its own records. */
const ARCHIVE_OVERHEAD_BYTES = 4 * 1024 * 1024

type WithDigest = Extract<IndexedSkill, { sha256: string }>
type WithFiles = Extract<IndexedSkill, { files: string[] }>

async function fetchArtifact(skill: WithDigest, limits: PackageLimits, options: FetchOptions): Promise<PackageFiles> {
  const isArchive = skill.kind === 'archive'
  const maxBytes = isArchive ? limits.maxTotalBytes + ARCHIVE_OVERHEAD_BYTES : limits.maxFileBytes
  const bytes = await fetchWithin({ url: new URL(skill.url), maxBytes, accept: '*/*' }, options)
  if (bytes === null) throw new SourceError('index.no-artifact', { subject: skill.url })
  if (createHash('sha256').update(bytes).digest('hex') !== skill.sha256)
    throw new SourceError('index.digest', { subject: skill.url })
  return isArchive ? unpackArchive(bytes, limits) : new Map([['SKILL.md', new Uint8Array(bytes)]])
}

async function fetchFiles(skill: WithFiles, limits: PackageLimits, options: FetchOptions): Promise<PackageFiles> {
  const builder = createPackageBuilder(limits)
  let totalBytes = 0
  for (const name of skill.files) {
    // The name is judged before anything is asked for; its size is known only afterwards.
    const path = builder.announce(name, 0, false)
    if (path === null) continue
    const url = new URL(path.split('/').map(encodeURIComponent).join('/'), skill.baseUrl)
    const left = Math.min(limits.maxFileBytes, limits.maxTotalBytes - totalBytes)
    const bytes = await fetchWithin({ url, maxBytes: left, accept: '*/*' }, options)
    if (bytes === null) throw new SourceError('index.no-artifact', { subject: url.href })
    totalBytes += bytes.length
    builder.add(path, new Uint8Array(bytes))
  }
  return builder.finish()
}

/**
 * Fetches one skill that an index names. Where the index gives a digest, the bytes have it. Throws SourceError `index.*` or `host.*`,
 * and PackageError where the bytes are no package.
 */
export async function fetchIndexedSkill(
  skill: IndexedSkill,
  options: FetchOptions & { limits?: PackageLimits },
): Promise<PackageFiles> {
  const limits = options.limits ?? defaultLimits
  return skill.kind === 'files' ? fetchFiles(skill, limits, options) : fetchArtifact(skill, limits, options)
}
