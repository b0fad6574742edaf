import type { Installation, SkillAddress, SkillDetails, VersionDetails } from '@guildhall/contracts'
import { fullNameOf } from '@guildhall/contracts'
import type { Metadata } from 'next'
import { permanentRedirect, redirect } from 'next/navigation'
import { cache } from 'react'
import { found } from '../../lib/found.ts'
import { paths } from '../../lib/paths.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { currentUser } from '../../lib/session.ts'

/**
 * Leads whoever handed in a skill that was never released to where its newest submission stands, and administrators to its review.
 * The server lists both for nobody else: others stay where they are.
 */
async function leadToSubmission({ publisher, name }: SkillAddress): Promise<void> {
  const user = await currentUser()
  if (user === null) return
  const client = await serverClient()
  const own = await found(client.publishing.list({ query: { name, limit: 100 } }))
  const newest = own.items.find((submission) => submission.publisher === publisher)
  if (newest && newest.status !== 'released') redirect(paths.submission(newest.id))
  if (user.role !== 'admin') return
  const queue = await client.review.queue({ query: { limit: 100 } })
  const waiting = queue.items.find((submission) => submission.publisher === publisher && submission.name === name)
  if (waiting) redirect(paths.reviewOf(waiting.id))
}

/**
 * The skill of the page, loaded once for its frame and its parts. One that the visitor has handed in and that has no release yet
 * leads to its submission; unknown ones become the not-found page.
 */
export const skillOfPage = cache(async (publisher: string, name: string): Promise<SkillDetails> => {
  const client = await serverClient()
  return found(client.skills.get({ params: { publisher, name } }), () => leadToSubmission({ publisher, name }))
})

/** Title and description of a skill's pages; each part puts its own name in front. */
export async function skillMetadata(publisher: string, name: string): Promise<Metadata> {
  // A page that is not there still needs a title; the page itself answers with the not-found page.
  const skill = await skillOfPage(publisher, name).catch(() => null)
  if (!skill) return { title: 'Not found' }
  const { displayName, description } = skill
  return { title: { default: displayName, template: `%s · ${displayName} · Guildhall` }, description }
}

/**
 * The skill at an address. An address from before a rename or a transfer answers with a redirect for ever (308) to the
 * same page of the skill as it is called now; `pathOf` says which page that is.
 */
export async function skillAt(
  { publisher, name }: SkillAddress,
  pathOf: (address: SkillAddress) => string,
): Promise<SkillDetails> {
  const skill = await skillOfPage(publisher, name)
  if (skill.publisher !== publisher || skill.name !== name) permanentRedirect(pathOf(skill))
  return skill
}

/** One version of it; `latest` is the newest release. */
export const versionOfPage = cache(
  async (publisher: string, name: string, version: string): Promise<VersionDetails> => {
    const client = await serverClient()
    return found(client.skills.version({ params: { publisher, name, version } }))
  },
)

/** The visitor's installation of it, null where there is none or nobody is signed in. */
export async function installationOf(skill: SkillAddress): Promise<Installation | null> {
  if ((await currentUser()) === null) return null
  const client = await serverClient()
  const page = await client.installations.list({ query: { skill: fullNameOf(skill), limit: 1 } })
  return page.items[0] ?? null
}

/** Whether the visitor may change the skill: its publisher, and administrators. The server asks again at every change. */
export async function mayManage({ publisher }: { publisher: string }): Promise<boolean> {
  const user = await currentUser()
  return user !== null && (user.handle === publisher || user.role === 'admin')
}

/** What the frame around the parts of a skill shows. */
export async function skillFrame(publisher: string, name: string) {
  const skill = await skillOfPage(publisher, name)
  const [version, installation, user, isManageable] = await Promise.all([
    versionOfPage(publisher, name, skill.latestVersion),
    installationOf(skill),
    currentUser(),
    mayManage(skill),
  ])
  return { skill, version, installation, isSignedIn: user !== null, isManageable }
}

/** How much there is behind the tabs that say so. */
export function tabCounts({ permissionStatements, actions }: SkillDetails): { permissions: number; actions: number } {
  return { permissions: permissionStatements.length, actions: Object.keys(actions).length }
}
