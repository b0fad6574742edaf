import NextLink from 'next/link'
import type { ComponentProps } from 'react'

/**
 * A link to another page of this site. Nothing is fetched before it is followed: pages are made per visitor, so fetching
 * every link in sight ahead of time would cost the server thirty pages for each one that is read.
 */
export function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />
}
