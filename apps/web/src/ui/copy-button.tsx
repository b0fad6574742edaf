'use client'

import { useEffect, useState } from 'react'
import { Button, type ButtonProps } from './button.tsx'

/** What is copied: a text, or the text of the element with this id. */
type CopySource = { value: string; copyFrom?: never } | { value?: never; copyFrom: string }

export type CopyButtonProps = Omit<ButtonProps, 'onClick' | 'value' | 'children'> &
  CopySource & {
    /** What is copied, for those who cannot see what stands beside it. */
    what: string
    label?: string
  }

const SHOWN_MS = 2000

/** Copies a text and says so. Without a clipboard (plain http) it says that instead. */
export function CopyButton({
  value,
  copyFrom,
  what,
  label = 'Copy',
  size = 'small',
  variant = 'plain',
  ...rest
}: CopyButtonProps) {
  const [outcome, setOutcome] = useState<string | null>(null)
  useEffect(() => {
    if (outcome === null) return
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value ?? document.getElementById(copyFrom)?.textContent ?? '')
      setOutcome('Copied')
    } catch {
      setOutcome('Select and copy by hand')
    }
  }
  return (
    <Button {...rest} size={size} variant={variant} onClick={copy}>
      <span aria-live="polite">{outcome ?? label}</span>
      <span className="sr-only"> {what}</span>
    </Button>
  )
}
