import { type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'

/** What a control inside a field must carry. */
export interface ControlProps {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  required: boolean | undefined
}

export interface FieldProps {
  label: ReactNode
  hint?: ReactNode
  error?: string | null | undefined
  required?: boolean
  /** Says "optional" beside the label. */
  optional?: boolean
  className?: string
  children: (control: ControlProps) => ReactNode
}

/** A label, its control, a hint and what is wrong with the value, tied together for assistive technology. */
export function Field({ label, hint, error, required, optional, className, children }: FieldProps) {
  const id = useId()
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ')
  return (
    <div className={classNames('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="flex items-baseline justify-between gap-4 text-sm font-[550]">
        <span className="break-name">{label}</span>
        {optional && <span className="font-normal text-faint">optional</span>}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? true : undefined,
        required,
      })}
      {error && <FieldError id={`${id}-error`} message={error} />}
      {hint && (
        <div id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </div>
      )}
    </div>
  )
}

/** What is wrong with a value, beside it. */
export function FieldError({ id, message }: { id?: string; message: string }) {
  return (
    <p id={id} className="border-s-2 border-ink ps-2 text-sm font-[550] break-name whitespace-pre-line">
      {message}
    </p>
  )
}
