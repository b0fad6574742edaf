import type { Draft, EngineStatus, Execution } from '@guildhall/contracts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Mono } from '../../ui/mono.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'
import { Section } from '../../ui/section.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { EarlierRunNote } from '../executions/earlier-run.tsx'
import { FindingList } from '../publishing/finding-list.tsx'
import { kindNames } from '../skills/kind-names.ts'
import { DraftRun } from './draft-run.tsx'
import { RemoveDraft } from './remove-draft.tsx'

export interface DraftPageProps {
  draft: Draft
  engines: EngineStatus[]
  /** The action that the address asks for. */
  wanted: string | string[] | undefined
  /** The run to begin with. */
  again: Execution | null
}

function Trial({ draft, engines, wanted, again }: DraftPageProps) {
  const { summary } = draft
  if (summary === null)
    return (
      <EmptyState title="The package cannot be read">What is wrong, and how to mend it, is listed below.</EmptyState>
    )
  const names = Object.keys(summary.actions)
  const action = names.find((name) => name === wanted) ?? names[0]
  if (action === undefined)
    return (
      <EmptyState title="There is nothing to run">
        A skill of kind {kindNames[summary.kind]} is read by agents; it has no actions.
      </EmptyState>
    )
  const engine = engines.find(({ kind }) => kind === summary.kind)
  if (!engine?.runnable)
    return (
      <EmptyState title="Not runnable on this server">{engine?.message ?? 'There is no engine for it.'}</EmptyState>
    )
  const earlier = again?.action === action ? again : null
  const takesFiles = summary.permissions.fileSystem.read.includes('workspace')
  return (
    <DraftRun
      draft={draft}
      summary={summary}
      action={action}
      takesFiles={takesFiles}
      earlier={earlier}
      note={earlier && <EarlierRunNote run={earlier} takesFiles={takesFiles} />}
    />
  )
}

/** A package that is tried out before it is published: what the checkers say, and its actions to run. */
export function DraftPage(props: DraftPageProps) {
  const { draft } = props
  const { conformance, summary } = draft
  return (
    <>
      <PageHeading
        title={<Mono className="text-xl!">{summary?.name ?? draft.filename}</Mono>}
        lead={
          <>
            A draft that only you see. Conformance: {conformance.level}. It is deleted on{' '}
            <Timestamp at={draft.expiresAt} />.
          </>
        }
        action={<RemoveDraft draft={draft} />}
      />
      <Trial {...props} />
      {conformance.findings.length > 0 && (
        <Section title="Findings" className="mt-16">
          <FindingList findings={conformance.findings} />
        </Section>
      )}
    </>
  )
}
