import * as z from 'zod'

/** The prefix that says what kind of thing an opaque id names. */
export const idPrefixes = {
  user: 'usr',
  session: 'ses',
  apiKey: 'key',
  publisher: 'pub',
  skill: 'skl',
  version: 'ver',
  submission: 'sub',
  installation: 'ins',
  execution: 'exe',
  draft: 'dra',
  import: 'imp',
  transfer: 'trf',
  job: 'job',
} as const

export type IdKind = keyof typeof idPrefixes

const idOf = <K extends IdKind>(kind: K) =>
  z
    .string()
    .regex(new RegExp(`^${idPrefixes[kind]}_[0-9a-z]{26}$`), `must be an id of the form ${idPrefixes[kind]}_…`)
    .brand<K>()

export const UserId = idOf('user')
export type UserId = z.infer<typeof UserId>
export const ApiKeyId = idOf('apiKey')
export type ApiKeyId = z.infer<typeof ApiKeyId>
export const PublisherId = idOf('publisher')
export type PublisherId = z.infer<typeof PublisherId>
export const SkillId = idOf('skill')
export type SkillId = z.infer<typeof SkillId>
export const VersionId = idOf('version')
export type VersionId = z.infer<typeof VersionId>
export const SubmissionId = idOf('submission')
export type SubmissionId = z.infer<typeof SubmissionId>
export const InstallationId = idOf('installation')
export type InstallationId = z.infer<typeof InstallationId>
export const ExecutionId = idOf('execution')
export type ExecutionId = z.infer<typeof ExecutionId>
export const DraftId = idOf('draft')
export type DraftId = z.infer<typeof DraftId>
export const ImportId = idOf('import')
export type ImportId = z.infer<typeof ImportId>
export const TransferId = idOf('transfer')
export type TransferId = z.infer<typeof TransferId>
