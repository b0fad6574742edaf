import type { FileDiff } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatBytes, shortDigest } from '../../lib/format.ts'
import { Mono } from '../../ui/mono.tsx'
import { changeWords, countWords } from './diff-words.ts'
import { HunkView } from './hunk-view.tsx'
import type { Showing } from './shown-files.ts'

function Side({ title, side }: { title: string; side: FileDiff['before'] }) {
  return (
    <div className="grid grid-cols-[5rem_minmax(0,1fr)] gap-3 border-b border-rule py-2 text-sm">
      <dt className="text-soft">{title}</dt>
      <dd className="numbers">
        {side ? (
          <>
            {formatBytes(side.sizeBytes)}, SHA-256 <Mono title={side.sha256}>{shortDigest(side.sha256)}…</Mono>
          </>
        ) : (
          'not there'
        )}
      </dd>
    </div>
  )
}

function Content({ file }: { file: FileDiff }) {
  if (file.content !== 'text')
    return (
      <dl>
        <Side title="Before" side={file.before} />
        <Side title="After" side={file.after} />
      </dl>
    )
  if (file.hunks.length === 0)
    return <p className="py-3 text-sm text-soft">{file.change === 'moved' ? 'The content is the same.' : 'Empty.'}</p>
  return file.hunks.map((hunk, index) => <HunkView key={index} hunk={hunk} />)
}

export interface FileDiffViewProps {
  file: FileDiff
  showing: Showing
  /** The id that the list of files leads to. */
  id: string
  /** The page of this file alone. */
  href: string
}

/** What changed in one file. Its head folds and unfolds it, by keyboard too. */
export function FileDiffView({ file, showing, id, href }: FileDiffViewProps) {
  const head = (
    <>
      <h3 className="inline font-sans">
        <Mono className="font-[550]">{file.path}</Mono>
      </h3>
      <span className="numbers ms-4 text-soft">
        {changeWords[file.change]}
        {file.movedFrom && (
          <>
            {' '}
            from <Mono>{file.movedFrom}</Mono>
          </>
        )}
        , {countWords(file)}
      </span>
    </>
  )
  if (showing === 'apart')
    return (
      <section id={id} className="scroll-mt-24 border-t border-ink py-2 text-sm">
        {head}{' '}
        <Link href={href} className="link ms-4">
          Show this file alone
        </Link>
      </section>
    )
  return (
    <details id={id} open={showing === 'open'} className="scroll-mt-24 border-t border-ink">
      <summary className="cursor-pointer py-2 text-sm break-name hover:bg-wash">{head}</summary>
      <Content file={file} />
    </details>
  )
}
