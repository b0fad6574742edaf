import * as z from 'zod'
import { FullName, Semver, SemverRange, Sha256, SkillName } from '@guildhall/contracts'
import { PackageError } from './package-error.ts'
import { compareUtf8 } from './package-files.ts'

export const LOCK_FILE_NAME = 'guildhall.lock'
export const LOCK_VERSION = 2

/** The agent whose folder holds the one real copy that links lead to. */
export const CANONICAL_AGENT = 'universal'

/** A folder of the project: a lock file comes with other people's repositories, so it may not point anywhere else. */
export const LockedPath = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[^/\\\p{Cc}:][^\\\p{Cc}:]*$/u, 'must be a path inside the project, with /')
  .refine((path) => !path.includes('//') && !path.endsWith('/'), 'must be a path inside the project, with /')

const LockedInstall = z.strictObject({
  /** The agent that reads the folder, such as `claude-code`. */
  agent: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(64),
  path: LockedPath,
  /** `symlink`: a link to the folder of the agent `universal`. */
  mode: z.enum(['copy', 'symlink']),
})
export type LockedInstall = z.infer<typeof LockedInstall>

/** One line of text that steers no terminal. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'must be one line without control characters')

/** Where the content came from and will be asked for again. */
const LockedSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('registry'), url: z.url({ protocol: /^https?$/ }) }),
  z.strictObject({
    kind: z.literal('git'),
    repository: line(2048),
    /** Branch or tag that is followed; null is the repository's default branch. */
    ref: line(256).nullable(),
    commit: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be a full commit'),
    /** Folder in the repository; empty for its root. */
    path: z
      .string()
      .max(1024)
      .regex(/^[^\p{C}\p{Zl}\p{Zp}\\]*$/u, 'must be one line without control characters'),
  }),
  z.strictObject({ kind: z.literal('index'), url: z.url({ protocol: /^https?$/ }), sha256: Sha256 }),
  z.strictObject({ kind: z.literal('folder'), path: line(2048) }),
])
export type LockedSource = z.infer<typeof LockedSource>

/** `@publisher/name` of a registry; the plain name of a skill that came from anywhere else. */
const LockedName = z.union([FullName, SkillName])

const nameOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

function firstFault({ name, version, keyIds, source, installs }: z.infer<typeof Fields>): string | null {
  const isSigned = source.kind === 'registry'
  if (isSigned !== name.startsWith('@')) return 'a skill of a registry is called @publisher/name, and no other is'
  if (isSigned !== (version !== null && keyIds.length > 0)) return 'a skill of a registry is signed, and no other is'
  if (installs.some(({ path }) => nameOf(path) !== nameOf(name))) return 'its folders must bear its name'
  const isCanonical = installs.some(({ agent, mode }) => agent === CANONICAL_AGENT && mode === 'copy')
  if (!isCanonical && installs.some(({ mode }) => mode === 'symlink'))
    return `a link needs a copy for ${CANONICAL_AGENT}`
  return null
}

const Fields = z.strictObject({
  name: LockedName,
  /** Null where the source knows none. */
  version: Semver.nullable(),
  /** The content digest. */
  digest: Sha256,
  /** Its name when it was signed, where that was another one. */
  signedAs: FullName.optional(),
  /** The keys that signed it; none for a source that does not sign. */
  keyIds: z
    .array(z.string().regex(/^ed25519:[0-9a-f]{16}$/, 'must be a key id such as ed25519:0123456789abcdef'))
    .max(16),
  source: LockedSource,
  /** The range or tag that updates stay within; null where the source has no versions. */
  requested: line(100).nullable(),
  /** Asked for by a person; else it is here because another skill needs it. */
  direct: z.boolean(),
  dependencies: z
    .record(FullName, SemverRange)
    .refine((all) => Object.keys(all).length <= 200, 'has more than 200 entries'),
  installs: z.array(LockedInstall).min(1).max(200),
})

/** One installed skill, as it must be found again by a frozen install. */
export const LockedSkill = Fields.superRefine((skill, context) => {
  const fault = firstFault(skill)
  if (fault !== null) context.addIssue({ code: 'custom', message: fault })
})
export type LockedSkill = z.infer<typeof LockedSkill>

function firstDoubled(values: readonly string[]): string | null {
  return values.find((value, index) => values.indexOf(value) !== index) ?? null
}

/** guildhall.lock */
export const Lock = z
  .strictObject({ version: z.literal(LOCK_VERSION), skills: z.array(LockedSkill).max(2000) })
  .superRefine(({ skills }, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', path: ['skills'], message })
    if (firstDoubled(skills.map(({ name }) => name)) !== null) complain('names a skill twice')
    const folders = skills.flatMap(({ installs }) => [...new Set(installs.map(({ path }) => path.toLowerCase()))])
    const doubled = new Set(folders).size === folders.length ? null : firstDoubled(folders)
    if (doubled !== null) complain(`puts two skills into ${doubled}`)
  })
export type Lock = z.infer<typeof Lock>

/** What version 1 knew: copies of signed skills of a registry. */
const LockOfVersion1 = z.strictObject({
  version: z.literal(1),
  skills: z
    .array(
      z.strictObject({
        fullName: FullName,
        version: Semver,
        digest: Sha256,
        keyId: z.string(),
        registry: z.string(),
        installs: z.array(LockedInstall.omit({ mode: true })),
      }),
    )
    .max(2000),
})

function migrated({ skills }: z.infer<typeof LockOfVersion1>): Record<keyof Lock, unknown> {
  return {
    version: LOCK_VERSION,
    skills: skills.map(({ fullName, version, digest, keyId, registry, installs }) => ({
      name: fullName,
      version,
      digest,
      keyIds: [keyId],
      source: { kind: 'registry', url: registry },
      requested: `^${version}`,
      direct: true,
      dependencies: {},
      installs: installs.map((install) => ({ ...install, mode: 'copy' })),
    })),
  }
}

/** A lock of nothing. */
export const emptyLock: Lock = { version: LOCK_VERSION, skills: [] }

/**
 * Reads guildhall.lock; one of version 1 comes out as version 2. Throws `lock.invalid` or `lock.unsupported-version`, naming what
 * is wrong.
 */
export function parseLock(text: string): Lock {
  if (/^(<{7}|>{7}) /m.test(text)) throw invalid('it has merge conflicts: settle them, or install again')
  const value = parseJson(text)
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : null
  if (typeof version === 'number' && version > LOCK_VERSION)
    throw new PackageError('lock.unsupported-version', { path: LOCK_FILE_NAME, actual: version, limit: LOCK_VERSION })
  return checked(Lock, version === 1 ? migrated(checked(LockOfVersion1, value)) : value)
}

/** Writes guildhall.lock: sorted, one line per value, the same text for the same lock, so that diffs stay small. */
export function formatLock(lock: Lock): string {
  const { version, skills } = Lock.parse(lock)
  const sorted = skills.map(ordered).sort((a, b) => compareUtf8(a.name, b.name))
  return `${JSON.stringify({ version, skills: sorted }, null, 2)}\n`
}

/** The same skill with its fields in the order of the file. */
function ordered(skill: LockedSkill): LockedSkill {
  const { name, version, digest, signedAs, keyIds, source, requested, direct, dependencies, installs } = skill
  return {
    name,
    version,
    digest,
    ...(signedAs === undefined ? {} : { signedAs }),
    keyIds: keyIds.toSorted(compareUtf8),
    // Parsed strictly, so its fields stand in the order of the schema.
    source,
    requested,
    direct,
    dependencies: Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => compareUtf8(a, b))),
    installs: installs
      .map(({ agent, path, mode }) => ({ agent, path, mode }))
      .sort((a, b) => compareUtf8(a.agent, b.agent) || compareUtf8(a.path, b.path)),
  }
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'it is not JSON')
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw invalid(`${issue?.path.map(String).join('.') || 'the file'}: ${issue?.message ?? 'unreadable'}`)
}

function invalid(detail: string): PackageError {
  return new PackageError('lock.invalid', { path: LOCK_FILE_NAME, detail })
}
