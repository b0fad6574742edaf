import { paths } from '../../lib/paths.ts'

export interface Destination {
  label: string
  href: string
}

/** The main places, in the header and in the command palette. */
export const mainDestinations: Destination[] = [
  { label: 'Marketplace', href: paths.marketplace() },
  { label: 'Library', href: paths.library() },
  { label: 'Publish', href: paths.publish() },
  { label: 'Docs', href: paths.docs() },
]

export const accountDestinations: Destination[] = [
  { label: 'Profile', href: paths.profile() },
  { label: 'API keys', href: paths.keys() },
  { label: 'Transfers', href: paths.transfers() },
  { label: 'Runs', href: paths.executions() },
]

export const adminDestinations: Destination[] = [
  { label: 'Administration', href: paths.admin() },
  { label: 'Review queue', href: paths.review() },
  { label: 'Users', href: paths.users() },
  { label: 'Audit log', href: paths.audit() },
]
