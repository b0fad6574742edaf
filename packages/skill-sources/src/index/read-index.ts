import * as z from 'zod'
import { SkillName } from '@guildhall/contracts'
import type { IndexSource } from '../source/source.ts'
import { SourceError, visible } from '../source-error.ts'
import { type FetchOptions, fetchWithin } from './fetch-within.ts'

const SCHEMA = 'https://schemas.agentskills.io/discovery/0.2.0/schema.json'
/** The newer place first, as clients look for it. */
const PLACES = ['.well-known/agent-skills', '.well-known/skills']
const MAX_INDEX_BYTES = 20 * 1024 * 1024
const MAX_SKILLS = 50_000
const MAX_FILES = 2000

const Description = z.string().max(10_000)
const Artifact = z.object({
  name: SkillName,
  description: Description,
  type: z.enum(['skill-md', 'archive']),
  url: z.string().min(1).max(2048),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits'),
})
const FileList = z.object({
  name: SkillName,
  description: Description,
  files: z.array(z.string().min(1).max(1024)).min(1).max(MAX_FILES),
})
const Index = z.object({ $schema: z.string().optional(), skills: z.array(z.unknown()).max(MAX_SKILLS) })

/** One skill that a host offers, and where its bytes are. */
export type IndexedSkill = { name: string; description: string } & (
  | { kind: 'skill-md' | 'archive'; url: string; sha256: string }
  /** The older form: single files without digests. */
  | { kind: 'files'; baseUrl: string; files: string[] }
)

export interface SkillIndex {
  /** Where it was found. */
  url: string
  skills: IndexedSkill[]
  /** Entries that were left out, and why. */
  problems: string[]
}

function parsedJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function artifactOf(entry: unknown, indexUrl: URL): IndexedSkill | string {
  const parsed = Artifact.safeParse(entry)
  if (!parsed.success) return z.prettifyError(parsed.error)
  const { name, description, type, digest } = parsed.data
  const url = URL.parse(parsed.data.url, indexUrl.href)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (!isPlain) return `${name}: its address is not one of http`
  return { name, description, kind: type, url: url.href, sha256: digest.slice('sha256:'.length) }
}

function fileListOf(entry: unknown, indexUrl: URL): IndexedSkill | string {
  const parsed = FileList.safeParse(entry)
  if (!parsed.success) return z.prettifyError(parsed.error)
  const { name, description, files } = parsed.data
  return { name, description, kind: 'files', baseUrl: new URL(`./${name}/`, indexUrl).href, files }
}

function interpret(bytes: Buffer, indexUrl: URL): SkillIndex {
  const parsed = Index.safeParse(parsedJson(bytes))
  if (!parsed.success) throw new SourceError('index.invalid', { subject: indexUrl.href })
  const { $schema, skills } = parsed.data
  if ($schema !== undefined && $schema !== SCHEMA)
    throw new SourceError('index.invalid', { subject: indexUrl.href, detail: `it follows ${$schema.slice(0, 200)}` })
  const read = $schema === SCHEMA ? artifactOf : fileListOf
  const index: SkillIndex = { url: indexUrl.href, skills: [], problems: [] }
  const seen = new Set<string>()
  for (const entry of skills) {
    const skill = read(entry, indexUrl)
    if (typeof skill === 'string') index.problems.push(visible(skill))
    else if (seen.has(skill.name)) index.problems.push(`${skill.name} stands in the index twice; the first counts.`)
    else index.skills.push(skill)
    if (typeof skill !== 'string') seen.add(skill.name)
  }
  return index
}

/** Addresses at which the index of a host, or of one publisher on it, may be. */
function candidates(source: IndexSource): URL[] {
  if (source.url.endsWith('/index.json')) return [new URL(source.url)]
  return PLACES.map((place) => new URL(`${source.url}/${place}/index.json`))
}

/**
 * Reads the discovery index of another registry: version 0.2.0, or the older list of files. Entries that cannot be used are left out
 * and told. Throws SourceError `index.*`, `host.*` or `source.protocol-refused`.
 */
export async function readIndex(source: IndexSource, options: FetchOptions): Promise<SkillIndex> {
  for (const url of candidates(source)) {
    const bytes = await fetchWithin({ url, maxBytes: MAX_INDEX_BYTES, accept: 'application/json' }, options)
    if (bytes !== null) return interpret(bytes, url)
  }
  throw new SourceError('index.not-found', { subject: source.url })
}
