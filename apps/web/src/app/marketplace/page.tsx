import type { Metadata } from 'next'
import { browseQueryOf } from '../../features/skills/browse-query.ts'
import type { PageProps } from '../../lib/page-props.ts'
import { Marketplace } from '../../features/skills/marketplace.tsx'

export const metadata: Metadata = { title: 'Marketplace' }

export default async function MarketplacePage({ searchParams }: PageProps) {
  return <Marketplace query={browseQueryOf(undefined, await searchParams)} />
}
