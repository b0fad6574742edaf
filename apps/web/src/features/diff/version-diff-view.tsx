import type { FileDiff, SkillAddress, VersionDiff } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { plural } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Mono } from '../../ui/mono.tsx'
import { Section } from '../../ui/section.tsx'
import { changeWords, countWords } from './diff-words.ts'
import { DiffSummary } from './diff-summary.tsx'
import { FileDiffView } from './file-diff-view.tsx'
import { showingsOf } from './shown-files.ts'

function FileList({ files, hrefOf }: { files: FileDiff[]; hrefOf: (index: number) => string }) {
  return (
    <ul className="numbers text-sm">
      {files.map((file, index) => (
        <li key={file.path} className="flex flex-wrap justify-between gap-x-6 border-b border-rule py-1.5">
          <a href={hrefOf(index)} className="quiet-link min-w-0">
            <Mono>{file.path}</Mono>
          </a>
          <span className="text-soft">
            {changeWords[file.change]}, {countWords(file)}
          </span>
        </li>
      ))}
    </ul>
  )
}

const idOf = (index: number): string => `file-${index + 1}`

export interface VersionDiffViewProps {
  skill: SkillAddress
  diff: VersionDiff
  /** Only this file is shown. */
  onlyFile: string | undefined
}

/** What separates two versions: what they may touch first, then facts, then file by file. */
export function VersionDiffView({ skill, diff, onlyFile }: VersionDiffViewProps) {
  const { from, to } = diff
  const files = onlyFile === undefined ? diff.files : diff.files.filter(({ path }) => path === onlyFile)
  const showings = showingsOf(files)
  const counts = `${plural(diff.files.length, 'file')} changed, ${plural(diff.unchangedCount, 'file')} unchanged`
  return (
    <div className="flex flex-col gap-12">
      {onlyFile === undefined ? (
        <DiffSummary diff={diff} />
      ) : (
        <Link href={paths.skillDiff(skill, { from, to })} className="link self-start">
          Everything that changed from {from} to {to}
        </Link>
      )}
      <Section title="Files" aside={<span className="numbers text-soft">{counts}</span>}>
        {files.length === 0 && <p className="py-4 text-soft">No file differs.</p>}
        {files.length > 1 && <FileList files={files} hrefOf={(index) => `#${idOf(index)}`} />}
        <div className="flex flex-col gap-8 pt-8">
          {files.map((file, index) => (
            <FileDiffView
              key={file.path}
              file={file}
              id={idOf(index)}
              showing={onlyFile === undefined ? (showings[index] ?? 'folded') : 'open'}
              href={paths.skillDiff(skill, { from, to, file: file.path })}
            />
          ))}
        </div>
      </Section>
    </div>
  )
}
