import * as z from 'zod'
import {
  AppError,
  fullNameOf,
  type Page,
  type PageQuery,
  type Transfer,
  type TransferStatus,
} from '@guildhall/contracts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/ids/ids.ts'
import type { Identity } from '../../identity/index.ts'
import { maySeeSkill, type Viewer } from '../access.ts'
import * as store from '../store.ts'
import { type Changing, lockOwnPlace } from './lock-own-skill.ts'
import { type MoveDeps, moveSkill, type NewPlace } from './move-skill.ts'
import { visibleSkill } from './see-skills.ts'

export interface TransferDeps extends MoveDeps {
  ids: Ids
  identity: Pick<Identity, 'publisherByHandle' | 'userById'>
}

const Cursor = z.tuple([CursorTime, z.string().max(64)])

function transferOf(row: store.TransferRow, viewer: Viewer): Transfer {
  const isPending = row.status === 'pending'
  return {
    // Our own column: ids.make('transfer') wrote it.
    id: row.id as Transfer['id'],
    from: row.from,
    to: row.to,
    name: row.name,
    status: row.status,
    mayDecide: isPending && row.toOwner === viewer.userId,
    mayCancel: isPending && row.fromOwner === viewer.userId,
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  }
}

async function ownTransfer(q: Queryable, viewer: Viewer, id: string): Promise<store.TransferRow> {
  const row = await store.findTransfer(q, id)
  if (row && (row.fromOwner === viewer.userId || row.toOwner === viewer.userId)) return row
  throw new AppError('transfer.not-found')
}

/** The publisher that is to get a skill, where somebody is there to accept it. Throws publisher.not-found. */
async function takerOf(deps: TransferDeps, q: Queryable, handle: string) {
  const publisher = await deps.identity.publisherByHandle(q, handle)
  const owner = publisher?.ownerUserId ? await deps.identity.userById(q, publisher.ownerUserId) : null
  if (publisher && owner?.status === 'active') return publisher
  throw new AppError('publisher.not-found', { publisher: handle })
}

/**
 * Throws skill.name-taken where the taker's skill of this name is one that the viewer may know of. Any other is found when the offer is to be
 * accepted, by its owner.
 */
async function requireNoKnownSkill(
  q: Queryable,
  { actor, skillId }: { actor: Viewer; skillId: string },
  place: NewPlace,
) {
  const there = await store.findSkill(q, place.publisher, place.name)
  if (there && there.id !== skillId && maySeeSkill(actor, there))
    throw new AppError('skill.name-taken', { skill: fullNameOf(place) })
}

/** Throws skill.not-found, publisher.not-found, skill.name-taken, transfer.exists. */
export async function offerTransfer(deps: TransferDeps, wanted: Changing & { to: string }): Promise<Transfer> {
  const { actor } = wanted
  return deps.database.transaction(async (q) => {
    await visibleSkill(q, wanted.address, actor)
    const taker = await takerOf(deps, q, wanted.to)
    const skill = await lockOwnPlace(q, wanted, [taker.id])
    const place = { publisherId: taker.id, publisher: taker.handle, name: skill.name }
    if (taker.id === skill.publisherId) throw new AppError('skill.name-taken', { skill: fullNameOf(place) })
    await requireNoKnownSkill(q, { actor, skillId: skill.id }, place)
    const id = deps.ids.make('transfer')
    const isNew = await store.insertTransfer(q, {
      id,
      skillId: skill.id,
      fromPublisherId: skill.publisherId,
      toPublisherId: taker.id,
      status: 'pending',
      createdBy: actor.userId,
      createdAt: deps.clock.now(),
    })
    if (!isNew) throw new AppError('transfer.exists', { skill: fullNameOf(skill) })
    const row = await ownTransfer(q, actor, id)
    const facts = { skill: fullNameOf(skill), to: taker.handle }
    await deps.audit.record(q, { actor: actor.userId, action: 'transfer.offered', subject: id, facts })
    return transferOf(row, actor)
  })
}

/** Transfers to and from the viewer's publishers, newest first. */
export async function listTransfers(
  deps: TransferDeps,
  viewer: Viewer,
  query: PageQuery & { status?: TransferStatus | undefined },
): Promise<Page<Transfer>> {
  const rows = await store.listTransfers(deps.database.q, {
    userId: viewer.userId,
    status: query.status,
    after: query.cursor ? decodeCursor(Cursor, query.cursor) : null,
    limit: query.limit + 1,
  })
  return pageFrom(rows, query.limit, {
    item: (row) => transferOf(row, viewer),
    cursor: (row) => [row.createdAt.toISOString(), row.id],
  })
}

export interface TransferDecision {
  actor: Viewer
  id: string
}

/** Whose word ends a transfer so. */
const deciders = { accepted: 'to', declined: 'to', cancelled: 'from' } as const

/** Moves a transfer from pending by compare-and-set. Throws transfer.not-found, transfer.not-pending, auth.forbidden. */
async function decide(
  deps: TransferDeps,
  q: Queryable,
  { actor, id }: TransferDecision,
  to: keyof typeof deciders,
): Promise<store.TransferRow> {
  const row = await ownTransfer(q, actor, id)
  const side = deciders[to]
  const owner = side === 'to' ? row.toOwner : row.fromOwner
  if (owner !== actor.userId) throw new AppError('auth.forbidden', { needs: `ownership of @${row[side]}` })
  if (await store.decideTransfer(q, { id, to, now: deps.clock.now() })) return row
  throw new AppError('transfer.not-pending', { state: (await ownTransfer(q, actor, id)).status })
}

/** Takes a skill over: its old name leads to the new one for ever. Throws as `decide`, and skill.name-taken. */
export async function acceptTransfer(deps: TransferDeps, wanted: TransferDecision): Promise<Transfer> {
  const { actor, id } = wanted
  return deps.database.transaction(async (q) => {
    const { fromPublisherId, toPublisherId, skillId } = await ownTransfer(q, actor, id)
    await store.lockPublishers(q, [fromPublisherId, toPublisherId])
    const skill = await store.lockSkill(q, skillId)
    const row = await decide(deps, q, wanted, 'accepted')
    const to = { publisherId: toPublisherId, publisher: row.to, name: skill.name }
    const reason = `The skill was handed over to @${row.to}, who publishes it from now on.`
    await moveSkill(deps, q, skill, { to, reason })
    const facts = { from: fullNameOf(skill), to: fullNameOf(to) }
    const answer = transferOf(await ownTransfer(q, actor, id), actor)
    await deps.audit.record(q, { actor: actor.userId, action: 'transfer.accepted', subject: id, facts })
    return answer
  })
}

/** Leaves the skill where it is: by who should get it (`declined`) or by who offered it (`cancelled`). Throws as `decide`. */
export async function endTransfer(
  deps: TransferDeps,
  wanted: TransferDecision,
  to: 'declined' | 'cancelled',
): Promise<Transfer> {
  const { actor, id } = wanted
  return deps.database.transaction(async (q) => {
    await decide(deps, q, wanted, to)
    const answer = transferOf(await ownTransfer(q, actor, id), actor)
    await deps.audit.record(q, { actor: actor.userId, action: `transfer.${to}`, subject: id })
    return answer
  })
}
