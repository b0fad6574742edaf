'use client'

import type { PermissionStatement } from '@guildhall/contracts'
import { type ReactNode, useState } from 'react'
import { shownProblem } from '../../lib/problem.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PermissionList } from '../skills/permission-list.tsx'

export interface ConsentDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  statements: PermissionStatement[]
  /** Ids of permissions that go beyond what was granted before. */
  added?: ReadonlySet<string>
  confirmLabel: string
  /** Does it; a rejected promise keeps the dialog open and its message is shown. */
  onConfirm: () => Promise<void>
}

/** Shows what a skill may touch and takes consent to exactly that. */
export function ConsentDialog(props: ConsentDialogProps) {
  const { open, onOpenChange, title, statements, added, confirmLabel, onConfirm } = props
  const [hasAgreed, setAgreed] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const needsConsent = statements.length > 0

  const confirm = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await onConfirm()
      onOpenChange(false)
    } catch (error) {
      const { title: what, remedy } = shownProblem(error)
      setProblem(`${what} ${remedy}`)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      wide
      open={open}
      onOpenChange={(isOpen) => {
        setAgreed(false)
        setProblem(null)
        onOpenChange(isOpen)
      }}
      title={title}
      description={
        needsConsent
          ? 'It may touch only what is listed here. Every call is checked against this list.'
          : 'It runs walled off from everything.'
      }
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={needsConsent && !hasAgreed} onClick={confirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <PermissionList statements={statements} {...(added && { added })} />
      {needsConsent && (
        <Checkbox
          className="mt-5 font-[550]"
          checked={hasAgreed}
          onChange={(event) => setAgreed(event.target.checked)}
          label="I have read this and allow it"
        />
      )}
      {problem && (
        <div className="mt-5">
          <Notice tone="problem">{problem}</Notice>
        </div>
      )}
    </Dialog>
  )
}
