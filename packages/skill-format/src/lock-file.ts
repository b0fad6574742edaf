import * as z from 'zod'
import { FullName, Semver, Sha256 } from '@guildhall/contracts'
import { PackageError } from './package-error.ts'
import { compareUtf8 } from './package-files.ts'

export const LOCK_FILE_NAME = 'guildhall.lock'

/** A folder of the project: a lock file comes with other people's repositories, so it may not point anywhere else. */
const ProjectPath = z
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
  path: ProjectPath,
})

/** One installed skill, as it must be found again by a frozen install. */
export const LockedSkill = z.strictObject({
  fullName: FullName,
  version: Semver,
  /** The content digest. */
  digest: Sha256,
  /** The key that signed it. */
  keyId: z.string().regex(/^ed25519:[0-9a-f]{16}$/, 'must be a key id such as ed25519:0123456789abcdef'),
  registry: z.url({ protocol: /^https?$/ }),
  installs: z.array(LockedInstall).min(1).max(200),
})
export type LockedSkill = z.infer<typeof LockedSkill>

/** guildhall.lock */
export const Lock = z
  .strictObject({ version: z.literal(1), skills: z.array(LockedSkill).max(2000) })
  .refine((lock) => new Set(lock.skills.map((skill) => skill.fullName)).size === lock.skills.length, {
    message: 'names a skill twice',
    path: ['skills'],
  })
export type Lock = z.infer<typeof Lock>

/** A lock of nothing. */
export const emptyLock: Lock = { version: 1, skills: [] }

/** Reads guildhall.lock. Throws `lock.invalid` or `lock.unsupported-version`, naming what is wrong. */
export function parseLock(text: string): Lock {
  if (/^(<{7}|>{7}) /m.test(text)) throw invalid('it has merge conflicts: settle them, or install again')
  const value = parseJson(text)
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : null
  if (typeof version === 'number' && version > 1)
    throw new PackageError('lock.unsupported-version', { path: LOCK_FILE_NAME, actual: version, limit: 1 })
  const parsed = Lock.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw invalid(`${issue?.path.map(String).join('.') || 'the file'}: ${issue?.message ?? 'unreadable'}`)
}

/** Writes guildhall.lock: sorted, one line per value, the same text for the same lock, so that diffs stay small. */
export function formatLock(lock: Lock): string {
  const { version, skills } = Lock.parse(lock)
  const sorted = skills
    .map(({ fullName, version: skillVersion, digest, keyId, registry, installs }) => ({
      fullName,
      version: skillVersion,
      digest,
      keyId,
      registry,
      installs: installs
        .map(({ agent, path }) => ({ agent, path }))
        .sort((a, b) => compareUtf8(a.agent, b.agent) || compareUtf8(a.path, b.path)),
    }))
    .sort((a, b) => compareUtf8(a.fullName, b.fullName))
  return `${JSON.stringify({ version, skills: sorted }, null, 2)}\n`
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'it is not JSON')
  }
}

function invalid(detail: string): PackageError {
  return new PackageError('lock.invalid', { path: LOCK_FILE_NAME, detail })
}
