import type { Metadata } from 'next'
import { FileBrowser } from '../../../../../../features/skills/file-browser.tsx'
import { skillAt, versionOfPage } from '../../../../../../features/skills/skill-page-data.ts'
import { oneOf } from '../../../../../../lib/address-query.ts'
import type { PageProps } from '../../../../../../lib/page-props.ts'
import { paths } from '../../../../../../lib/paths.ts'

export const metadata: Metadata = { title: 'Files' }

export default async function FilesPage({ params, searchParams }: PageProps<{ publisher: string; name: string }>) {
  const [address, query] = await Promise.all([params, searchParams])
  const [linkedVersion, path] = [oneOf(query, 'version'), oneOf(query, 'path')]
  const kept = { ...(linkedVersion && { version: linkedVersion }) }
  const skill = await skillAt(address, (now) => paths.skillFiles(now, { ...kept, ...(path && { path }) }))
  const version = await versionOfPage(skill.publisher, skill.name, linkedVersion ?? skill.latestVersion)
  return (
    <>
      <h1 className="sr-only">Files</h1>
      <FileBrowser
        skill={skill}
        version={version}
        path={path}
        hrefOf={(file) => paths.skillFiles(skill, { ...kept, path: file })}
      />
    </>
  )
}
