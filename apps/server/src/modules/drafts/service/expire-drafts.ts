import { deleteExpired } from '../store.ts'
import type { DraftsDeps } from './drafts-deps.ts'

/** Takes away what has expired, with an entry for each in the audit log. */
export async function expireDrafts({ database, audit, clock }: DraftsDeps): Promise<void> {
  await database.transaction(async (q) => {
    for (const { id, userId } of await deleteExpired(q, clock.now()))
      await audit.record(q, { actor: 'system', action: 'draft.expired', subject: id, facts: { owner: userId } })
  })
}
