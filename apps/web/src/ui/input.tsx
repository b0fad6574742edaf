import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

const control =
  'w-full rounded-sm border border-edge bg-paper text-ink hover:border-soft disabled:cursor-not-allowed ' +
  'disabled:border-rule disabled:text-faint aria-invalid:border-2 aria-invalid:border-ink'

/** One line of text. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={classNames(control, 'h-10 px-3 text-base', className)} />
}

/** Several lines of text; grows with them where the browser can. */
export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      {...rest}
      className={classNames(control, 'field-sizing-content max-h-120 min-h-24 px-3 py-2 text-base', className)}
    />
  )
}

/** The browser's own choice list: it works with every keyboard, screen reader and phone. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className="relative inline-flex w-full">
      <select {...rest} className={classNames(control, 'h-10 appearance-none py-0 ps-3 pe-9 text-base', className)}>
        {children}
      </select>
      <svg
        aria-hidden
        viewBox="0 0 12 12"
        className="pointer-events-none absolute inset-y-0 end-3 my-auto size-3 fill-none stroke-accent stroke-[1.5]"
      >
        <path d="M2 4.5 6 8.5l4-4" />
      </svg>
    </span>
  )
}
