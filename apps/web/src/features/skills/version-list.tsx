import type { SkillAddress, VersionSummary } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatBytes, plural } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Label } from '../../ui/label.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { Changelog } from './readme.tsx'
import { versionWords } from './version-words.ts'

/** Longer changelogs are folded, so that the list stays one. */
const SHOWN_CHARACTERS = 600

function Changes({ skill, changelog }: { skill: SkillAddress; changelog: string | null }) {
  if (changelog === null) return <p className="text-soft">Nothing was said about what changed.</p>
  const text = <Changelog markdown={changelog} skill={skill} />
  if (changelog.length <= SHOWN_CHARACTERS) return text
  return (
    <details>
      <summary className="cursor-pointer text-accent hover:text-accent-strong">What changed, at length</summary>
      <div className="pt-2">{text}</div>
    </details>
  )
}

function Advice({ version }: { version: VersionSummary }) {
  const { meaning } = versionWords[version.status]
  return (
    <>
      {meaning !== null && (
        <p className="break-name">
          <span className="font-[550]" dir="auto">
            {version.statusReason}
          </span>{' '}
          <span className="text-soft">{meaning}</span>
        </p>
      )}
      {version.deprecation !== null && (
        <p className="break-name">
          <span className="font-[550]">Deprecated:</span> <span dir="auto">{version.deprecation}</span>
        </p>
      )}
    </>
  )
}

interface VersionEntryProps {
  skill: SkillAddress
  version: VersionSummary
  /** There is an earlier one. */
  isComparable: boolean
  /** Where it stands or why it was refused, for whoever handed it in. */
  submissionId: string | undefined
}

function VersionEntry({ skill, version, isComparable, submissionId }: VersionEntryProps) {
  const { sign, words } = versionWords[version.status]
  return (
    <li className="grid gap-x-6 gap-y-2 border-b border-rule py-5 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-wrap content-start items-center gap-x-3 gap-y-1.5">
        <h2 className="font-sans">
          <Link href={paths.skillFiles(skill, { version: version.version })} className="quiet-link font-[550]">
            <Mono>{version.version}</Mono>
          </Link>
        </h2>
        {version.tags.map((tag) => (
          <Label key={tag}>{tag}</Label>
        ))}
      </div>
      <div className="flex min-w-0 flex-col gap-2">
        <p className="numbers flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm text-soft">
          <Mark sign={sign} className={version.status === 'released' ? undefined : 'font-[550] text-ink'}>
            {words}
          </Mark>
          {version.releasedAt && <Timestamp at={version.releasedAt} />}
          <span>
            {plural(version.fileCount, 'file')}, {formatBytes(version.sizeBytes)}
          </span>
          {isComparable && (
            <Link href={paths.skillDiff(skill, { to: version.version })} className="link">
              Compare<span className="sr-only"> {version.version} with the version before</span>
            </Link>
          )}
          {submissionId !== undefined && (
            <Link href={paths.submission(submissionId)} className="link">
              Submission<span className="sr-only"> of {version.version}</span>
            </Link>
          )}
        </p>
        <Advice version={version} />
        <Changes skill={skill} changelog={version.changelog} />
      </div>
    </li>
  )
}

export interface VersionListProps {
  skill: SkillAddress
  versions: VersionSummary[]
  /** The list goes on after these. */
  hasMore: boolean
  /** Ids by digest, of versions without a release that the visitor handed in. */
  submissions: ReadonlyMap<string, string>
}

/** Versions of a skill, the highest number first, each with its state and what changed. */
export function VersionList({ skill, versions, hasMore, submissions }: VersionListProps) {
  return (
    <ol className="border-t border-rule">
      {versions.map((version, index) => (
        <VersionEntry
          key={version.id}
          skill={skill}
          version={version}
          isComparable={hasMore || index < versions.length - 1}
          submissionId={submissions.get(version.digest)}
        />
      ))}
    </ol>
  )
}
