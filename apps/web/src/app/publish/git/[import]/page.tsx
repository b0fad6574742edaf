import type { Metadata } from 'next'
import { ImportView } from '../../../../features/imports/import-view.tsx'
import { found } from '../../../../lib/found.ts'
import type { PageProps } from '../../../../lib/page-props.ts'
import { paths } from '../../../../lib/paths.ts'
import { serverClient } from '../../../../lib/sdk-server.ts'
import { requireUser } from '../../../../lib/session.ts'

export const metadata: Metadata = { title: 'Import' }

export default async function ImportPage({ params }: PageProps<{ import: string }>) {
  const { import: id } = await params
  await requireUser(paths.import(id))
  const client = await serverClient()
  return <ImportView started={await found(client.imports.get({ params: { id } }))} />
}
