'use client'

import type { Draft, Execution, PackageSummary } from '@guildhall/contracts'
import { type ReactNode, useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Section } from '../../ui/section.tsx'
import { ActionTabs } from '../executions/action-tabs.tsx'
import { RunForm } from '../executions/run-form.tsx'
import { PermissionList } from '../skills/permission-list.tsx'

export interface DraftRunProps {
  draft: Draft
  summary: PackageSummary
  action: string
  takesFiles: boolean
  /** The run whose input the form begins with, and what is said of it. */
  earlier: Execution | null
  note: ReactNode
}

/** Runs an action of a draft, once its maker has allowed what it asks for. */
export function DraftRun({ draft, summary, action, takesFiles, earlier, note }: DraftRunProps) {
  const { permissionStatements: statements } = draft
  const [hasAgreed, setAgreed] = useState(statements.length === 0)
  const granted = summary.permissions
  return (
    <>
      {statements.length > 0 && (
        <Section title="What it asks for" className="mb-12">
          <div className="pt-4">
            <PermissionList statements={statements} />
            <Checkbox
              className="mt-5 font-[550]"
              checked={hasAgreed}
              onChange={(event) => setAgreed(event.target.checked)}
              label="I allow this for the runs that I start here"
            />
          </div>
        </Section>
      )}
      <ActionTabs
        names={Object.keys(summary.actions)}
        current={action}
        hrefOf={(name) => paths.draft(draft.id, { action: name })}
      />
      <p className="measure pt-5 pb-8 text-soft break-name" dir="auto">
        {summary.actions[action]?.description}
      </p>
      {note}
      <RunForm
        key={`${action} ${earlier?.id}`}
        target={{ draft: draft.id, granted }}
        actions={summary.actions}
        action={action}
        takesFiles={takesFiles}
        given={earlier?.input}
        {...(hasAgreed ? {} : { heldBack: 'Allow what it asks for first.' })}
      />
    </>
  )
}
