import type { SkillAddress, VersionDetails } from '@guildhall/contracts'
import { formatBytes, shortDigest } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { serverClient } from '../../lib/sdk-server.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Mono } from '../../ui/mono.tsx'
import { FileText } from './file-text.tsx'
import { FileTree } from './file-tree.tsx'
import { FileNotShown, firstBytes, SHOWN_BYTES, textOfBytes } from './file-view.tsx'

export interface FileBrowserProps {
  skill: SkillAddress
  version: VersionDetails
  /** What the address asked for; without it, SKILL.md is shown. */
  path: string | undefined
  /** The address that shows a file. */
  hrefOf: (path: string) => string
}

const CONTENT_ID = 'file-content'

async function FileContent({ skill, version, path }: { skill: SkillAddress; version: VersionDetails; path: string }) {
  const file = version.files.find((one) => one.path === path)
  if (!file) return <EmptyState title="No such file">This version has no file at {path}.</EmptyState>
  const params = { ...skill, version: version.version }
  const href = paths.rawFile(skill, version.version, path)
  const client = await serverClient()
  const isLarge = file.sizeBytes > SHOWN_BYTES
  const text = isLarge
    ? null
    : textOfBytes(await firstBytes(await client.skills.file({ params, query: { path } }), SHOWN_BYTES))
  return (
    <>
      <header className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 border-b border-rule pb-2 text-sm">
        <Mono className="font-[550]">{path}</Mono>
        <span className="numbers flex flex-wrap items-baseline gap-x-4 text-soft">
          <span>
            {formatBytes(file.sizeBytes)}, SHA-256 <Mono title={file.sha256}>{shortDigest(file.sha256)}…</Mono>
          </span>
          {text !== null && <CopyButton copyFrom={CONTENT_ID} what="the content of the file" className="-mx-3" />}
          <a href={href} className="link">
            Raw
          </a>
          <a href={href} download className="link">
            Download
          </a>
        </span>
      </header>
      {text !== null && <FileText id={CONTENT_ID} path={path} text={text} />}
      {text === null && (
        <FileNotShown
          href={href}
          why={
            isLarge
              ? `The file is larger than ${formatBytes(SHOWN_BYTES)} and is not shown here.`
              : 'This is not a text file.'
          }
        />
      )}
    </>
  )
}

/** The files of a version beside the content of one of them. */
export function FileBrowser({ skill, version, path, hrefOf }: FileBrowserProps) {
  const current = path ?? version.files.find((file) => /^skill\.md$/i.test(file.path))?.path ?? version.files[0]?.path
  if (current === undefined) return <EmptyState title="No files">This version holds no file.</EmptyState>
  return (
    <div className="grid gap-x-10 gap-y-6 md:grid-cols-[14rem_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="mb-2 text-sm text-soft">
          Version <Mono>{version.version}</Mono>
        </p>
        <FileTree files={version.files} hrefOf={hrefOf} current={current} />
      </div>
      <div className="min-w-0">
        <FileContent skill={skill} version={version} path={current} />
      </div>
    </div>
  )
}
