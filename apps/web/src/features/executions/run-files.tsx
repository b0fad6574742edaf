import type { Execution } from '@guildhall/contracts'
import { formatBytes } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Mono } from '../../ui/mono.tsx'

/** What a run left behind to be fetched: a result too large to show, and the files of its workspace. */
export function RunFiles({ run: { id, isOutputLarge, files } }: { run: Execution }) {
  if (!isOutputLarge && files.length === 0) return null
  return (
    <div>
      <h2 className="eyebrow border-b border-rule pb-2 font-sans">To download</h2>
      <ul className="text-sm">
        {isOutputLarge && (
          <li className="border-b border-rule py-1.5">
            <a href={paths.executionOutput(id)} download={`${id}.json`} className="link">
              The result as JSON
            </a>{' '}
            <span className="text-soft">too large to show here</span>
          </li>
        )}
        {files.map(({ path, sizeBytes }) => (
          <li key={path} className="flex flex-wrap justify-between gap-x-6 border-b border-rule py-1.5">
            <a href={paths.executionFile(id, path)} download={path.split('/').at(-1)} className="link break-name">
              <Mono>{path}</Mono>
            </a>
            <span className="numbers text-soft">{formatBytes(sizeBytes)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
