'use client'

import { type ReactNode, useState } from 'react'
import { useRouter } from 'next/navigation'
import { Button, type ButtonProps } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Field } from '../../ui/field.tsx'
import { Input, Textarea } from '../../ui/input.tsx'

const LONGEST_REASON = 1000

export interface ReasonActionProps extends Pick<ButtonProps, 'variant' | 'size'> {
  /** What the button says; in the dialog it is the verb. */
  label: string
  /** Says more to those who do not see what stands beside the button. */
  about: string
  title: ReactNode
  /** What follows from it, in words. */
  consequence: ReactNode
  /** Without it no reason is asked for. */
  reasonHint?: string
  /** Has to be typed before it can be done, because it cannot be taken back. */
  typed?: string
  /** Said once it is done. */
  done: ReactNode
  /** Does it. The page is loaded again afterwards. */
  onDo: (reason: string) => Promise<unknown>
}

/** Takes a name letter by letter, so that nobody deletes by a slip. */
function TypedAgain(props: { name: string; value: string; onChange: (value: string) => void }) {
  return (
    <Field label={`Type ${props.name} to go on`} required>
      {(control) => (
        <Input
          {...control}
          value={props.value}
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          onChange={({ target }) => props.onChange(target.value)}
        />
      )}
    </Field>
  )
}

/** A button for something with consequences: tells them, takes the reason, and asks before doing it. */
export function ReasonAction(props: ReasonActionProps) {
  const { label, about, title, consequence, reasonHint, typed, done, onDo, variant = 'plain', size = 'small' } = props
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [typedText, setTypedText] = useState('')
  const router = useRouter()
  const tell = useTell()
  const isReady = (reasonHint === undefined || reason.trim() !== '') && (typed === undefined || typedText === typed)
  const confirm = async () => {
    await onDo(reason.trim())
    setReason('')
    tell(done)
    router.refresh()
  }
  return (
    <>
      <Button variant={variant} size={size} onClick={() => setOpen(true)}>
        {label}
        <span className="sr-only"> {about}</span>
      </Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title={title}
        confirmLabel={label}
        cancelLabel="Leave it"
        isReady={isReady}
        onConfirm={confirm}
      >
        <div>{consequence}</div>
        {reasonHint !== undefined && (
          <Field label="Reason" required hint={reasonHint}>
            {(control) => (
              <Textarea
                {...control}
                value={reason}
                maxLength={LONGEST_REASON}
                dir="auto"
                onChange={({ target }) => setReason(target.value)}
              />
            )}
          </Field>
        )}
        {typed !== undefined && <TypedAgain name={typed} value={typedText} onChange={setTypedText} />}
      </Confirm>
    </>
  )
}
