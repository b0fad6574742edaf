import type { Draft, Execution, Import, Installation, Submission } from '@guildhall/contracts'
import type { Metadata } from 'next'
import { cache } from 'react'
import { found } from './found.ts'
import { serverClient } from './sdk-server.ts'

/*
 * What pages are about, by the id in their address: asked for once, for the page and for its title.
 * What the visitor may not see becomes the not-found page.
 */

export const executionAt = cache(
  async (id: string): Promise<Execution> => found((await serverClient()).executions.get({ params: { id } })),
)

export const installationAt = cache(
  async (id: string): Promise<Installation> => found((await serverClient()).installations.get({ params: { id } })),
)

export const submissionAt = cache(
  async (id: string): Promise<Submission> => found((await serverClient()).publishing.get({ params: { id } })),
)

export const importAt = cache(
  async (id: string): Promise<Import> => found((await serverClient()).imports.get({ params: { id } })),
)

export const draftAt = cache(
  async (id: string): Promise<Draft> => found((await serverClient()).drafts.get({ params: { id } })),
)

/** The title of a page about one thing; of a page that is not for this visitor, only what kind of page it is. */
export async function titledBy<T>(thing: Promise<T>, words: (thing: T) => string, kind: string): Promise<Metadata> {
  return { title: await thing.then(words, () => kind) }
}
