import type { SkillAddress, TagEntry, Transfer, VersionSummary } from '@guildhall/contracts'
import { serverClient } from '../../lib/sdk-server.ts'

export interface ManagedSkill {
  versions: VersionSummary[]
  /** There are more versions than are shown here. */
  hasMore: boolean
  tags: TagEntry[]
  /** The offer of this skill that waits for an answer, if there is one. */
  waiting: Transfer | null
}

/** What the page for keeping a skill shows besides the skill itself. */
export async function managedSkill({ publisher, name }: SkillAddress): Promise<ManagedSkill> {
  const client = await serverClient()
  const params = { publisher, name }
  const [versions, tags, transfers] = await Promise.all([
    client.skills.versions({ params, query: { limit: 100 } }),
    client.skills.tags({ params }),
    client.transfers.list({ query: { status: 'pending', limit: 100 } }),
  ])
  const waiting = transfers.items.find((transfer) => transfer.from === publisher && transfer.name === name) ?? null
  return { versions: versions.items, hasMore: versions.nextCursor !== null, tags: tags.items, waiting }
}
