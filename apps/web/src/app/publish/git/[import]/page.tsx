import type { Metadata } from 'next'
import { ImportView } from '../../../../features/imports/import-view.tsx'
import type { PageProps } from '../../../../lib/page-props.ts'
import { importAt, titledBy } from '../../../../lib/page-things.ts'
import { paths } from '../../../../lib/paths.ts'
import { requireUser } from '../../../../lib/session.ts'

type Props = PageProps<{ import: string }>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { import: id } = await params
  return titledBy(importAt(id), ({ source }) => `Import of ${source}`, 'Import')
}

export default async function ImportPage({ params }: Props) {
  const { import: id } = await params
  await requireUser(paths.import(id))
  return <ImportView started={await importAt(id)} />
}
