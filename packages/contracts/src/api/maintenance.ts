import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { TransferId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { DistTag, Handle, Semver, SemverRange, SkillName } from '../skill/names.ts'
import { SkillDetails, TagEntry, VersionSummary, Visibility } from './skills.ts'

const Address = z.object({ publisher: Handle, name: SkillName })
const VersionAddress = Address.extend({ version: Semver })
const TagAddress = Address.extend({ tag: DistTag })
const Reason = z.object({ reason: z.string().trim().min(1, 'say why; users see it').max(1000) })

const ofVersion = { access: 'user', scope: 'publish', params: VersionAddress, reply: VersionSummary } as const
const versionErrors = ['skill.not-found', 'version.not-found', 'version.wrong-status'] as const

/** What the owner of a skill does with it after its releases. */
export const maintenance = {
  update: endpoint({
    method: 'PATCH',
    path: '/skills/{publisher}/{name}',
    summary: 'Change who may see a skill',
    access: 'user',
    scope: 'publish',
    params: Address,
    body: z.object({ visibility: Visibility }),
    reply: SkillDetails,
    errors: ['skill.not-found', 'skill.not-publishable', 'skill.review-required', 'dependencies.unresolvable'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/skills/{publisher}/{name}',
    summary: 'Withdraw every version of a skill; its name stays taken for ever',
    access: 'user',
    scope: 'publish',
    params: Address,
    query: Reason,
    errors: ['skill.not-found'],
  }),
  deprecate: endpoint({
    method: 'POST',
    path: '/skills/{publisher}/{name}/deprecate',
    summary: 'Advise against the versions of a range, or take that back with a null message',
    access: 'user',
    scope: 'publish',
    params: Address,
    body: z.object({
      range: SemverRange.default('*').meta({ description: 'Released versions it is about' }),
      message: z.string().trim().min(1).max(500).nullable(),
    }),
    reply: z.object({ versions: z.array(Semver) }),
    errors: ['skill.not-found', 'version.not-found'],
  }),
  yank: endpoint({
    ...ofVersion,
    method: 'POST',
    path: '/skills/{publisher}/{name}/versions/{version}/yank',
    summary: 'Keep a version for who names it, but never choose it again',
    body: Reason,
    errors: versionErrors,
  }),
  withdraw: endpoint({
    ...ofVersion,
    method: 'POST',
    path: '/skills/{publisher}/{name}/versions/{version}/withdraw',
    summary: 'Give a version out no more, for instance because it contains a secret',
    body: Reason,
    errors: versionErrors,
  }),
  restore: endpoint({
    ...ofVersion,
    method: 'POST',
    path: '/skills/{publisher}/{name}/versions/{version}/restore',
    summary: 'Take back a yank, a withdrawal or (administrators) a suspension',
    errors: [...versionErrors, 'skill.not-publishable'],
  }),
  suspend: endpoint({
    ...ofVersion,
    method: 'POST',
    path: '/skills/{publisher}/{name}/versions/{version}/suspend',
    summary: 'Pull a version from everybody at once',
    access: 'admin',
    scope: 'admin',
    body: Reason,
    errors: versionErrors,
  }),
  setTag: endpoint({
    method: 'PUT',
    path: '/skills/{publisher}/{name}/tags/{tag}',
    summary: 'Let a tag name a released version',
    access: 'user',
    scope: 'publish',
    params: TagAddress,
    body: z.object({ version: Semver }),
    reply: TagEntry,
    errors: ['skill.not-found', 'version.not-found', 'version.wrong-status', 'tag.reserved'],
  }),
  removeTag: endpoint({
    method: 'DELETE',
    path: '/skills/{publisher}/{name}/tags/{tag}',
    summary: 'Remove a tag',
    access: 'user',
    scope: 'publish',
    params: TagAddress,
    errors: ['skill.not-found', 'tag.not-found', 'tag.reserved'],
  }),
  rename: endpoint({
    method: 'POST',
    path: '/skills/{publisher}/{name}/rename',
    summary: 'Give a skill another name; the old one leads to it for ever',
    access: 'user',
    scope: 'publish',
    params: Address,
    body: z.object({ name: SkillName }),
    reply: SkillDetails,
    errors: ['skill.not-found', 'skill.name-taken', 'skill.review-required'],
    perMinute: 30,
  }),
}

export const TransferStatus = z.enum(['pending', 'accepted', 'declined', 'cancelled']).meta({ id: 'TransferStatus' })
export type TransferStatus = z.infer<typeof TransferStatus>

export const Transfer = z
  .object({
    id: TransferId,
    from: Handle,
    to: Handle,
    name: SkillName,
    status: TransferStatus,
    mayDecide: z.boolean().meta({ description: 'You may accept or decline it' }),
    mayCancel: z.boolean(),
    createdAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Transfer' })
export type Transfer = z.infer<typeof Transfer>

const byTransfer = { access: 'user', scope: 'publish', params: z.object({ id: TransferId }), reply: Transfer } as const

/** Skills on their way from one publisher to another. */
export const transfers = {
  offer: endpoint({
    method: 'POST',
    path: '/skills/{publisher}/{name}/transfers',
    summary: 'Offer a skill to another publisher, who has to accept it',
    access: 'user',
    scope: 'publish',
    status: 201,
    params: Address,
    body: z.object({ to: Handle }),
    reply: Transfer,
    errors: ['skill.not-found', 'publisher.not-found', 'transfer.exists', 'skill.name-taken'],
    perMinute: 30,
  }),
  list: endpoint({
    method: 'GET',
    path: '/transfers',
    summary: 'Transfers to and from my publishers, newest first',
    access: 'user',
    query: PageQuery.extend({ status: TransferStatus.optional() }),
    reply: pageOf(Transfer),
  }),
  accept: endpoint({
    ...byTransfer,
    method: 'POST',
    path: '/transfers/{id}/accept',
    summary: 'Take the skill over; its old name leads to the new one for ever',
    errors: ['transfer.not-found', 'transfer.not-pending', 'skill.name-taken'],
  }),
  decline: endpoint({
    ...byTransfer,
    method: 'POST',
    path: '/transfers/{id}/decline',
    summary: 'Leave the skill where it is',
    errors: ['transfer.not-found', 'transfer.not-pending'],
  }),
  cancel: endpoint({
    ...byTransfer,
    method: 'POST',
    path: '/transfers/{id}/cancel',
    summary: 'Take an offer back',
    errors: ['transfer.not-found', 'transfer.not-pending'],
  }),
}
