import * as z from 'zod'

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** A skill's own name, as in SKILL.md and in the last part of `@publisher/name`. */
export const SkillName = z
  .string()
  .max(64, 'must have at most 64 characters')
  .regex(SLUG, 'must be lower-case letters, digits and single hyphens between them')
  .meta({ id: 'SkillName', examples: ['seo-writer'] })

/** The public handle of a user, agent or team. Unique for ever, never reused. */
export const Handle = z
  .string()
  .min(2, 'must have at least 2 characters')
  .max(39, 'must have at most 39 characters')
  .regex(SLUG, 'must be lower-case letters, digits and single hyphens between them')
  .meta({ id: 'Handle', examples: ['acme'] })

/** `@publisher/name`. */
export const FullName = z
  .string()
  .max(105)
  .regex(/^@[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/, 'must be of the form @publisher/name')
  .meta({ id: 'FullName', examples: ['@acme/seo-writer'] })

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

/** A semantic version, https://semver.org/spec/v2.0.0.html. */
export const Semver = z
  .string()
  .max(64)
  .regex(SEMVER, 'must be a semantic version such as 1.2.3')
  .meta({ id: 'Semver' })

/** A semantic version range as the library semver reads it, such as `^1.2.0`. */
export const SemverRange = z
  .string()
  .min(1)
  .max(100)
  .meta({ id: 'SemverRange', examples: ['^1.2.0'] })

/** A name for a version that can move, such as `latest` or `beta`. */
export const DistTag = z
  .string()
  .max(32, 'must have at most 32 characters')
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must begin with a letter: lower-case letters, digits and single hyphens')
  .refine((tag) => !/^v\d/.test(tag), 'must not look like a version')
  .meta({ id: 'DistTag', examples: ['latest', 'beta'] })

/** A SHA-256 digest in lower-case hexadecimal. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
  .meta({ id: 'Sha256' })

export interface SkillAddress {
  publisher: string
  name: string
}

/** Splits `@publisher/name`; null where it is not one. */
export function parseFullName(text: string): SkillAddress | null {
  if (!FullName.safeParse(text).success) return null
  const [publisher = '', name = ''] = text.slice(1).split('/')
  return { publisher, name }
}

/** Joins to `@publisher/name`. */
export function fullNameOf(address: SkillAddress): string {
  return `@${address.publisher}/${address.name}`
}
