import { Category } from '@guildhall/contracts'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { browseQueryOf } from '../../../features/skills/browse-query.ts'
import { Marketplace } from '../../../features/skills/marketplace.tsx'
import type { PageProps } from '../../../lib/page-props.ts'
import { capitalised } from '../../../lib/format.ts'

export async function generateMetadata({ params }: PageProps<{ category: string }>): Promise<Metadata> {
  return { title: `${capitalised((await params).category)} skills` }
}

export default async function CategoryPage({ params, searchParams }: PageProps<{ category: string }>) {
  const { category } = await params
  if (!Category.safeParse(category).success) notFound()
  return <Marketplace query={browseQueryOf(category, await searchParams)} />
}
