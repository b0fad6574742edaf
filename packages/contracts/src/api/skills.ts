import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { SkillId, VersionId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { ResolvedDependency } from '../skill/dependencies.ts'
import { DistTag, FullName, Handle, Semver, SemverRange, Sha256, SkillName } from '../skill/names.ts'
import { VersionDiff } from '../skill/package-diff.ts'
import {
  ActionSchemas,
  Category,
  ConformanceLevel,
  Finding,
  PackageFile,
  SignatureEnvelope,
  SkillKind,
} from '../skill/package.ts'
import { Permissions, PermissionStatement } from '../skill/permissions.ts'
import { Provenance } from '../skill/provenance.ts'

/** Who may see a skill: everybody, or its publisher alone. */
export const Visibility = z.enum(['public', 'private']).meta({ id: 'Visibility' })
export type Visibility = z.infer<typeof Visibility>

export const SkillSummary = z
  .object({
    id: SkillId,
    publisher: Handle,
    name: SkillName,
    displayName: z.string(),
    description: z.string(),
    kind: SkillKind,
    category: Category,
    tags: z.array(z.string()),
    latestVersion: Semver,
    conformance: ConformanceLevel,
    installCount: z.number().int().nonnegative().meta({ description: 'Libraries that have it now' }),
    downloadCount: z
      .number()
      .int()
      .nonnegative()
      .meta({ description: 'Downloads of any version, counted once per caller and day' }),
    visibility: Visibility,
    deprecation: z.string().nullable().meta({ description: 'Why the newest release should not be used any more' }),
    runnable: z.boolean().meta({ description: 'This server can run its actions' }),
    publishedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'SkillSummary' })
export type SkillSummary = z.infer<typeof SkillSummary>

export const SkillDetails = SkillSummary.extend({
  availability: z.enum(['available', 'no-release', 'suspended', 'removed']).meta({
    description: 'Not available: only some see it, as the highest version that they may have shows it',
  }),
  publisherVerified: z.boolean(),
  license: z.string().nullable(),
  readme: z.string().meta({ description: 'Body of SKILL.md, Markdown, not sanitised' }),
  permissions: Permissions,
  permissionStatements: z.array(PermissionStatement),
  actions: ActionSchemas,
  digest: Sha256,
}).meta({ id: 'SkillDetails' })
export type SkillDetails = z.infer<typeof SkillDetails>

export const VersionStatus = z.enum(['pending', 'released', 'rejected', 'yanked', 'withdrawn', 'suspended']).meta({
  id: 'VersionStatus',
  description:
    'yanked: still given to who names it, never chosen; withdrawn by its publisher and suspended by an administrator: not given out',
})
export type VersionStatus = z.infer<typeof VersionStatus>

export const VersionSummary = z
  .object({
    id: VersionId,
    version: Semver,
    status: VersionStatus,
    digest: Sha256,
    sizeBytes: z.number().int().nonnegative().meta({ description: 'Unpacked' }),
    fileCount: z.number().int().nonnegative(),
    changelog: z.string().nullable(),
    deprecation: z.string().nullable().meta({ description: 'Why it should not be used any more' }),
    statusReason: z.string().nullable().meta({ description: 'Why it was yanked, withdrawn or suspended' }),
    tags: z.array(DistTag).meta({ description: 'Tags that name this version' }),
    conformance: ConformanceLevel,
    createdAt: z.iso.datetime(),
    releasedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'VersionSummary' })
export type VersionSummary = z.infer<typeof VersionSummary>

/** The platform's word that a skill has another name now, so that what was signed under the old one still verifies. */
export const RenameRecord = z
  .object({
    from: FullName,
    to: FullName,
    renamedAt: z.iso.datetime(),
    keyId: z.string().max(64),
    signature: z.base64().meta({ description: 'Ed25519, see renameText of the package format' }),
  })
  .meta({ id: 'RenameRecord' })
export type RenameRecord = z.infer<typeof RenameRecord>

export const VersionDetails = VersionSummary.extend({
  fullName: FullName.meta({ description: 'The name of the skill now' }),
  signedAs: FullName.meta({
    description: 'The name when it was signed; the digest and the signature are over this one',
  }),
  renames: z.array(RenameRecord).meta({ description: 'From signedAs to fullName, oldest first' }),
  provenance: Provenance.nullable(),
  dependencies: z.record(FullName, SemverRange),
  readme: z.string(),
  files: z.array(PackageFile),
  permissions: Permissions,
  permissionStatements: z.array(PermissionStatement),
  actions: ActionSchemas,
  findings: z.array(Finding),
  signature: SignatureEnvelope.nullable(),
}).meta({ id: 'VersionDetails' })
export type VersionDetails = z.infer<typeof VersionDetails>

export const TagEntry = z.object({ tag: DistTag, version: Semver }).meta({ id: 'TagEntry' })
export type TagEntry = z.infer<typeof TagEntry>

export const SkillSort = z.enum(['relevance', 'popular', 'newest', 'updated', 'name'])
export type SkillSort = z.infer<typeof SkillSort>

const Address = z.object({ publisher: Handle, name: SkillName })
const VersionAddress = Address.extend({ version: z.union([Semver, DistTag]) })

export const CategoryCount = z.object({ category: Category, count: z.number().int().nonnegative() })
export type CategoryCount = z.infer<typeof CategoryCount>

const SkillFilters = z.object({
  text: z.string().trim().max(200).optional(),
  category: Category.optional(),
  kind: SkillKind.optional(),
  publisher: Handle.optional(),
  tag: z.string().max(32).optional(),
  visibility: Visibility.optional().meta({ description: 'private: only what you may see; else both' }),
})

const facetOf = <T extends z.ZodType>(value: T) => z.array(z.object({ value, count: z.number().int().nonnegative() }))

/** How many of the skills that are found fall into which class. Each class is counted without its own filter. */
export const SkillFacets = z
  .object({
    total: z.number().int().nonnegative(),
    isTotalExact: z.boolean().meta({ description: 'False: there are more, and the counts are of a part' }),
    categories: facetOf(Category),
    kinds: facetOf(SkillKind),
    tags: facetOf(z.string()),
    publishers: facetOf(Handle),
  })
  .meta({ id: 'SkillFacets' })
export type SkillFacets = z.infer<typeof SkillFacets>

export const SkillSuggestion = z
  .object({
    kind: z.enum(['skill', 'publisher', 'tag', 'spelling']),
    text: z.string().meta({ description: 'What to search for, or the name to show' }),
    fullName: FullName.nullable().meta({ description: 'Of a skill' }),
    displayName: z.string().nullable(),
  })
  .meta({ id: 'SkillSuggestion' })
export type SkillSuggestion = z.infer<typeof SkillSuggestion>

export const SkillQuery = SkillFilters.extend({
  ...PageQuery.shape,
  sort: SkillSort.optional().meta({ description: 'relevance when text is given, else popular' }),
})
export type SkillQuery = z.infer<typeof SkillQuery>

export const skills = {
  list: endpoint({
    method: 'GET',
    path: '/skills',
    summary: 'List and search released skills',
    access: 'public',
    query: SkillQuery,
    reply: pageOf(SkillSummary),
    perMinute: 1200,
  }),
  facets: endpoint({
    method: 'GET',
    path: '/skills/facets',
    summary: 'Counts of what a search finds, by category, kind, tag and publisher',
    access: 'public',
    query: SkillFilters,
    reply: SkillFacets,
    perMinute: 1200,
  }),
  suggestions: endpoint({
    method: 'GET',
    path: '/skills/suggestions',
    summary: 'What somebody who typed this may mean: skills, publishers, tags, other spellings',
    access: 'public',
    query: z.object({
      text: z.string().trim().min(1).max(100),
      limit: z.coerce.number().int().min(1).max(20).default(8),
    }),
    reply: z.object({ items: z.array(SkillSuggestion) }),
    perMinute: 1200,
  }),
  categories: endpoint({
    method: 'GET',
    path: '/categories',
    summary: 'Every category with its number of skills',
    access: 'public',
    reply: z.object({ items: z.array(CategoryCount) }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}',
    summary: 'A skill with its newest release',
    access: 'public',
    params: Address,
    reply: SkillDetails,
    errors: ['skill.not-found'],
  }),
  versions: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}/versions',
    summary: 'Versions of a skill, highest number first',
    access: 'public',
    params: Address,
    query: PageQuery,
    reply: pageOf(VersionSummary),
    errors: ['skill.not-found'],
  }),
  tags: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}/tags',
    summary: 'Names for versions, such as latest',
    access: 'public',
    params: Address,
    reply: z.object({ items: z.array(TagEntry) }),
    errors: ['skill.not-found'],
  }),
  diff: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}/versions/{version}/diff',
    summary: 'What changed since another version: files, permissions, actions',
    access: 'public',
    params: VersionAddress,
    query: z.object({ from: VersionAddress.shape.version.optional().meta({ description: 'Else the version before' }) }),
    reply: VersionDiff,
    errors: ['skill.not-found', 'version.not-found', 'version.unavailable', 'version.nothing-before'],
    perMinute: 120,
  }),
  dependencies: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}/versions/{version}/dependencies',
    summary: 'Every skill that this version needs, at the version chosen now',
    access: 'public',
    params: VersionAddress,
    reply: z.object({ items: z.array(ResolvedDependency) }),
    errors: ['skill.not-found', 'version.not-found', 'version.unavailable', 'dependencies.unresolvable'],
  }),
  version: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}/versions/{version}',
    summary: 'One version: files, permissions, actions, findings, signature',
    access: 'public',
    params: VersionAddress,
    reply: VersionDetails,
    errors: ['skill.not-found', 'version.not-found'],
  }),
  file: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}/versions/{version}/file',
    summary: 'The bytes of one file',
    access: 'public',
    params: VersionAddress,
    query: z.object({ path: z.string().min(1).max(1024) }),
    replyKind: 'bytes',
    errors: ['skill.not-found', 'version.not-found', 'version.unavailable', 'version.file-not-found'],
  }),
  download: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}/versions/{version}/download',
    summary: 'The signed package, or its files as a plain archive',
    access: 'public',
    params: VersionAddress,
    query: z.object({
      format: z.enum(['package', 'tar.gz', 'zip']).default('package').meta({
        description: 'package: signed, as installers take it; tar.gz and zip: the files at the root, without signature',
      }),
    }),
    replyKind: 'bytes',
    errors: ['skill.not-found', 'version.not-found', 'version.unavailable', 'request.range-not-satisfiable'],
  }),
}
