import * as z from 'zod'
import { endpoint, Handle, SkillName } from '@guildhall/contracts'

const Milliseconds = z.number().int()
const SkillAddress = { params: z.object({ slug: SkillName }) }
/** Whose skill it is, where several publishers have one of that name. */
const Owner = z.object({
  ownerHandle: z
    .string()
    .max(64)
    .transform((text) => text.replace(/^@/, ''))
    .pipe(Handle)
    .optional(),
})
const missing = ['skill.not-found', 'skill.ambiguous'] as const
const missingVersion = [...missing, 'version.not-found', 'version.unavailable'] as const

const Version = z.object({
  version: z.string(),
  createdAt: Milliseconds,
  changelog: z.string(),
  license: z.null(),
})

const Skill = z.object({
  slug: z.string(),
  displayName: z.string(),
  summary: z.string(),
  description: z.string(),
  topics: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  stats: z.object({ downloads: z.number().int(), installs: z.number().int() }),
  createdAt: Milliseconds,
  updatedAt: Milliseconds,
})

const Publisher = z.object({ handle: z.string(), displayName: z.string(), image: z.null() })

const Found = z.object({
  slug: z.string(),
  ownerHandle: z.string(),
  owner: z.object({ handle: z.string(), displayName: z.string() }),
  displayName: z.string(),
  summary: z.string(),
  version: z.string(),
  score: z.number(),
  downloads: z.number().int(),
  updatedAt: Milliseconds,
  canonicalUrl: z.string(),
})

const VersionList = z.object({ items: z.array(Version), nextCursor: z.string().nullable() })

const Which = Owner.extend({ version: z.string().max(64).optional(), tag: z.string().max(32).optional() })

/** What the command clawhub reads, version 1 of that API. Only what it needs is there; writing goes through our own API. */
export const claw = {
  search: endpoint({
    method: 'GET',
    path: '/search',
    summary: 'Search, in the words of the command clawhub',
    access: 'public',
    query: z.object({ q: z.string().trim().max(200).default(''), limit: z.coerce.number().int().min(1).catch(25) }),
    reply: z.object({ results: z.array(Found) }),
    perMinute: 1200,
  }),
  get: endpoint({
    method: 'GET',
    path: '/skills/{slug}',
    summary: 'A skill by its name alone, or by name and owner',
    access: 'public',
    ...SkillAddress,
    query: Owner,
    reply: z.object({ skill: Skill, latestVersion: Version.nullable(), metadata: z.null(), owner: Publisher }),
    errors: missing,
  }),
  versions: endpoint({
    method: 'GET',
    path: '/skills/{slug}/versions',
    summary: 'Versions of a skill, highest number first',
    access: 'public',
    ...SkillAddress,
    query: Owner.extend({
      limit: z.coerce.number().int().min(1).catch(25),
      cursor: z.string().max(512).optional(),
    }),
    reply: VersionList,
    errors: missing,
  }),
  version: endpoint({
    method: 'GET',
    path: '/skills/{slug}/versions/{version}',
    summary: 'One version with its files',
    access: 'public',
    params: SkillAddress.params.extend({ version: z.string().max(64) }),
    query: Owner,
    reply: z.object({
      version: Version.extend({
        files: z.array(z.object({ path: z.string(), size: z.number().int(), sha256: z.string() })),
      }),
      skill: z.object({ slug: z.string(), displayName: z.string() }),
    }),
    errors: missingVersion,
  }),
  file: endpoint({
    method: 'GET',
    path: '/skills/{slug}/file',
    summary: 'The bytes of one file',
    access: 'public',
    ...SkillAddress,
    query: Which.extend({ path: z.string().min(1).max(1024) }),
    replyKind: 'bytes',
    errors: [...missingVersion, 'version.file-not-found'],
  }),
  resolve: endpoint({
    method: 'GET',
    path: '/resolve',
    summary: 'The version that has exactly the files of a fingerprint, and the newest one',
    access: 'public',
    query: Owner.extend({ slug: SkillName, hash: z.string().regex(/^[0-9a-f]{64}$/) }),
    reply: z.object({
      match: z.object({ version: z.string() }).nullable(),
      latestVersion: z.object({ version: z.string() }).nullable(),
    }),
    errors: missing,
    perMinute: 120,
  }),
  download: endpoint({
    method: 'GET',
    path: '/download',
    summary: 'The files of a version, as a zip with the files at its root',
    access: 'public',
    query: Which.extend({ slug: SkillName }),
    replyKind: 'bytes',
    errors: missingVersion,
  }),
  whoami: endpoint({
    method: 'GET',
    path: '/whoami',
    summary: 'Whose API key this is',
    access: 'user',
    reply: z.object({
      user: z.object({
        handle: z.string(),
        displayName: z.string(),
        image: z.null(),
        role: z.enum(['admin', 'user']),
      }),
    }),
  }),
}

/** Where our own API has the skills called `versions` and `file`: one address, answered with whichever of the two there is. */
export const clawShared = {
  versions: endpoint({
    method: 'GET',
    path: claw.versions.path,
    summary: claw.versions.summary,
    access: 'public',
    params: claw.versions.params,
    query: claw.versions.query,
    replyKind: 'bytes',
    errors: missing,
  }),
  file: endpoint({
    method: 'GET',
    path: claw.file.path,
    summary: claw.file.summary,
    access: 'public',
    params: claw.file.params,
    query: claw.file.query.partial({ path: true }),
    replyKind: 'bytes',
    errors: [...missingVersion, 'version.file-not-found'],
  }),
}

const Sort = z.enum(['createdAt', 'updated', 'downloads', 'installs', 'trending', 'stars']).catch('updated')

/** Where our own API has something else at the same address; only below `CLAW_PREFIX`. */
export const clawOnly = {
  list: endpoint({
    method: 'GET',
    path: '/skills',
    summary: 'Skills, in the words of the command clawhub',
    access: 'public',
    query: z.object({
      prefix: z.string().trim().max(200).optional(),
      limit: z.coerce.number().int().min(1).catch(25),
      cursor: z.string().max(512).optional(),
      sort: Sort,
    }),
    reply: z.object({
      items: z.array(Skill.extend({ latestVersion: Version })),
      nextCursor: z.string().nullable(),
    }),
  }),
}

/** Where the whole of that API lives on this server; parts of it are below our own prefix, too. */
export const CLAW_PREFIX = '/clawhub/api/v1'

/** How `clawhub --site` finds the API. */
export const wellKnownClaw = endpoint({
  method: 'GET',
  path: '/.well-known/clawhub.json',
  summary: 'Where the API of the command clawhub is',
  access: 'public',
  reply: z.object({ apiBase: z.string(), authBase: z.string() }),
})
