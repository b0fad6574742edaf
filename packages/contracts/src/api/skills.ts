import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { SkillId, VersionId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { Handle, Semver, Sha256, SkillName } from '../skill/names.ts'
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

export const Publisher = z
  .object({
    handle: Handle,
    displayName: z.string(),
    kind: z.enum(['user', 'agent', 'team']),
    verified: z.boolean().meta({ description: 'Releases need no review by an administrator' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Publisher' })
export type Publisher = z.infer<typeof Publisher>

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
    runnable: z.boolean().meta({ description: 'This server can run its actions' }),
    publishedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'SkillSummary' })
export type SkillSummary = z.infer<typeof SkillSummary>

export const SkillDetails = SkillSummary.extend({
  publisherVerified: z.boolean(),
  license: z.string().nullable(),
  readme: z.string().meta({ description: 'Body of SKILL.md, Markdown, not sanitised' }),
  permissions: Permissions,
  permissionStatements: z.array(PermissionStatement),
  actions: ActionSchemas,
  digest: Sha256,
}).meta({ id: 'SkillDetails' })
export type SkillDetails = z.infer<typeof SkillDetails>

export const VersionStatus = z
  .enum(['pending', 'released', 'rejected', 'yanked', 'suspended'])
  .meta({ id: 'VersionStatus' })
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
    conformance: ConformanceLevel,
    createdAt: z.iso.datetime(),
    releasedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'VersionSummary' })
export type VersionSummary = z.infer<typeof VersionSummary>

export const VersionDetails = VersionSummary.extend({
  readme: z.string(),
  files: z.array(PackageFile),
  permissions: Permissions,
  permissionStatements: z.array(PermissionStatement),
  actions: ActionSchemas,
  findings: z.array(Finding),
  signature: SignatureEnvelope.nullable(),
}).meta({ id: 'VersionDetails' })
export type VersionDetails = z.infer<typeof VersionDetails>

export const SkillSort = z.enum(['relevance', 'popular', 'newest', 'updated', 'name'])
export type SkillSort = z.infer<typeof SkillSort>

const Address = z.object({ publisher: Handle, name: SkillName })
const VersionAddress = Address.extend({ version: z.union([Semver, z.literal('latest')]) })

export const CategoryCount = z.object({ category: Category, count: z.number().int().nonnegative() })
export type CategoryCount = z.infer<typeof CategoryCount>

export const SkillQuery = PageQuery.extend({
  text: z.string().trim().max(200).optional(),
  category: Category.optional(),
  kind: SkillKind.optional(),
  publisher: Handle.optional(),
  tag: z.string().max(32).optional(),
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
    summary: 'Versions of a skill, newest first',
    access: 'public',
    params: Address,
    query: PageQuery,
    reply: pageOf(VersionSummary),
    errors: ['skill.not-found'],
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
    errors: ['skill.not-found', 'version.not-found', 'version.file-not-found'],
  }),
  download: endpoint({
    method: 'GET',
    path: '/skills/{publisher}/{name}/versions/{version}/download',
    summary: 'The signed package',
    access: 'public',
    params: VersionAddress,
    replyKind: 'bytes',
    errors: ['skill.not-found', 'version.not-found'],
  }),
}

export const publishers = {
  get: endpoint({
    method: 'GET',
    path: '/publishers/{publisher}',
    summary: 'The public profile of a publisher',
    access: 'public',
    params: z.object({ publisher: Handle }),
    reply: Publisher,
    errors: ['publisher.not-found'],
  }),
}

export const TrustKey = z
  .object({
    keyId: z.string(),
    algorithm: z.literal('Ed25519'),
    publicKey: z.base64().meta({ description: '32 raw bytes' }),
    createdAt: z.iso.datetime(),
    retiredAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'TrustKey' })
export type TrustKey = z.infer<typeof TrustKey>

export const trust = {
  keys: endpoint({
    method: 'GET',
    path: '/trust/keys',
    summary: 'The keys that sign releases',
    access: 'public',
    reply: z.object({ items: z.array(TrustKey) }),
  }),
}
