import { FileBrowser } from '../../../../../features/skills/file-browser.tsx'
import { versionOfPage } from '../../../../../features/skills/skill-page-data.ts'
import type { PageProps } from '../../../../../lib/page-props.ts'
import { paths } from '../../../../../lib/paths.ts'

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

export default async function FilesPage({ params, searchParams }: PageProps<{ publisher: string; name: string }>) {
  const [{ publisher, name }, query] = await Promise.all([params, searchParams])
  const linkedVersion = one(query['version'])
  const version = await versionOfPage(publisher, name, linkedVersion ?? 'latest')
  return (
    <FileBrowser
      skill={{ publisher, name }}
      version={version}
      path={one(query['path'])}
      hrefOf={(path) =>
        paths.skillFiles({ publisher, name }, { ...(linkedVersion && { version: linkedVersion }), path })
      }
    />
  )
}
