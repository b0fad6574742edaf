'use client'

import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Notice } from './notice.tsx'

export interface ConfirmProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  children: ReactNode
  /** The verb of what will happen, such as `Uninstall`. */
  confirmLabel: string
  /** Does it; a rejected promise keeps the dialog open and its message is shown. */
  onConfirm: () => Promise<void>
  /** The button that leaves everything as it is. */
  cancelLabel?: string
  /** What was asked for has been given, so it may be done. */
  isReady?: boolean
}

/** Asks before something that cannot be taken back. */
export function Confirm(props: ConfirmProps) {
  const {
    open,
    onOpenChange,
    title,
    children,
    confirmLabel,
    onConfirm,
    cancelLabel = 'Keep it',
    isReady = true,
  } = props
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const openOrClose = (isOpen: boolean) => {
    // What went wrong last time says nothing about the next.
    setProblem(null)
    onOpenChange(isOpen)
  }
  const confirm = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await onConfirm()
      onOpenChange(false)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open={open}
      onOpenChange={openOrClose}
      title={title}
      footer={
        <>
          <Button onClick={() => openOrClose(false)}>{cancelLabel}</Button>
          <Button variant="primary" busy={busy} disabled={!isReady} onClick={confirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {children}
        {problem && <Notice tone="problem">{problem}</Notice>}
      </div>
    </Dialog>
  )
}
