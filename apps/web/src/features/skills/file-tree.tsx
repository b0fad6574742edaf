import type { PackageFile } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatBytes } from '../../lib/format.ts'
import { classNames } from '../../ui/class-names.ts'
import { fileRowsOf } from './file-rows.ts'

export interface FileTreeProps {
  files: PackageFile[]
  /** The address that shows a file. */
  hrefOf: (path: string) => string
  /** The file being shown. */
  current: string
}

/** The files of a version with their sizes. */
export function FileTree({ files, hrefOf, current }: FileTreeProps) {
  return (
    <nav aria-label="Files">
      <ul className="numbers text-sm">
        {fileRowsOf(files).map((row) => (
          <li key={row.path} style={{ paddingInlineStart: `${row.depth}rem` }}>
            {row.file ? (
              <Link
                href={hrefOf(row.path)}
                scroll={false}
                aria-current={row.path === current ? 'page' : undefined}
                className={classNames(
                  'flex min-h-7 items-baseline justify-between gap-3 border-s-2 py-1 ps-2.5 hover:text-accent',
                  row.path === current ? 'border-ink font-[550]' : 'border-transparent',
                )}
              >
                <code className="min-w-0 break-name">{row.label}</code>
                <span className="shrink-0 text-xs font-normal text-faint">{formatBytes(row.file.sizeBytes)}</span>
              </Link>
            ) : (
              <code className="flex min-h-7 items-center ps-3 text-soft">{row.label}</code>
            )}
          </li>
        ))}
      </ul>
    </nav>
  )
}
