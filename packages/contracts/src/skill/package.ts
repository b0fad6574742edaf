import * as z from 'zod'
import { JsonObject } from '../kernel/json.ts'
import { Permissions } from './permissions.ts'
import { Semver, Sha256, SkillName } from './names.ts'

export const SkillKind = z.enum(['instructions', 'workflow', 'javascript', 'python']).meta({ id: 'SkillKind' })
export type SkillKind = z.infer<typeof SkillKind>

export const categories = [
  'productivity',
  'data',
  'communication',
  'integration',
  'automation',
  'analysis',
  'creative',
  'utility',
  'entertainment',
  'finance',
  'research',
  'marketing',
] as const
export const Category = z.enum(categories).meta({ id: 'Category' })
export type Category = z.infer<typeof Category>

export const ActionName = z
  .string()
  .max(64)
  .regex(/^[a-z][A-Za-z0-9]*$/, 'must be a camelCase identifier')
  .meta({ id: 'ActionName', examples: ['generate'] })

/** One callable entry of an executable skill. The schemas are JSON Schema, draft 2020-12. */
export const ActionSchema = z
  .strictObject({
    description: z.string().min(1).max(1024),
    input: JsonObject,
    output: JsonObject,
    /** A run may be repeated after a crash without harm. */
    idempotent: z.boolean().default(false),
    /** Wall clock limit of one run. */
    timeoutMs: z.number().int().min(100).max(300_000).default(30_000),
  })
  .meta({ id: 'ActionSchema' })
export type ActionSchema = z.infer<typeof ActionSchema>

/** action-schema.json */
export const ActionSchemas = z.record(ActionName, ActionSchema)
export type ActionSchemas = z.infer<typeof ActionSchemas>

/** manifest.json of an executable skill. */
export const Manifest = z
  .looseObject({
    name: SkillName,
    version: Semver.optional(),
    displayName: z.string().min(1).max(100).optional(),
    description: z.string().min(1).max(1024).optional(),
    kind: z.enum(['workflow', 'javascript', 'python']),
    entry: z.string().min(1).max(256),
    runtime: z.string().max(64).optional(),
    actions: z.array(ActionName).min(1).max(64).optional(),
    dependencies: z.record(z.string(), z.string()).default({}),
    category: Category.optional(),
    tags: z.array(z.string().min(1).max(32)).max(16).default([]),
    icon: z.string().max(256).optional(),
    license: z.string().max(200).optional(),
  })
  .meta({ id: 'Manifest' })
export type Manifest = z.infer<typeof Manifest>

export const ConformanceLevel = z.enum(['none', 'loadable', 'spec', 'portable']).meta({ id: 'ConformanceLevel' })
export type ConformanceLevel = z.infer<typeof ConformanceLevel>

export const FindingSeverity = z.enum(['error', 'warning', 'info'])

/** One thing a checker saw: what, where and how to mend it. */
export const Finding = z
  .object({
    rule: z.string().max(100),
    severity: FindingSeverity,
    message: z.string().max(2000),
    file: z.string().max(1024).nullable(),
    line: z.number().int().positive().nullable(),
    remedy: z.string().max(2000),
  })
  .meta({ id: 'Finding' })
export type Finding = z.infer<typeof Finding>

/** The three-level report of SKILL-PACKAGE.md. */
export const ConformanceReport = z
  .object({
    level: ConformanceLevel,
    /** Exactly what the reference validator prints, empty where it is satisfied. */
    specErrors: z.array(z.string()),
    findings: z.array(Finding),
  })
  .meta({ id: 'ConformanceReport' })
export type ConformanceReport = z.infer<typeof ConformanceReport>

export const PackageFile = z
  .object({ path: z.string().max(1024), sizeBytes: z.number().int().nonnegative(), sha256: Sha256 })
  .meta({ id: 'PackageFile' })
export type PackageFile = z.infer<typeof PackageFile>

/** What a parsed package says of itself. */
export const PackageSummary = z
  .object({
    name: SkillName,
    version: Semver.nullable(),
    displayName: z.string().nullable(),
    description: z.string(),
    kind: SkillKind,
    /** The file that carries the actions; null for instructions. */
    entry: z.string().nullable(),
    license: z.string().nullable(),
    category: Category.nullable(),
    tags: z.array(z.string()),
    permissions: Permissions,
    actions: ActionSchemas,
    dependencies: z.record(z.string(), z.string()),
  })
  .meta({ id: 'PackageSummary' })
export type PackageSummary = z.infer<typeof PackageSummary>

export const PackageSignature = z.object({
  keyId: z.string().max(64),
  signer: z.enum(['platform', 'publisher']),
  algorithm: z.literal('Ed25519'),
  signature: z.base64(),
})

/** signature.sig: who vouches for which content. */
export const SignatureEnvelope = z
  .object({
    format: z.literal('guildhall-signature-v1'),
    fullName: z.string(),
    version: Semver,
    digest: Sha256,
    signatures: z.array(PackageSignature).min(1).max(8),
  })
  .meta({ id: 'SignatureEnvelope' })
export type SignatureEnvelope = z.infer<typeof SignatureEnvelope>
