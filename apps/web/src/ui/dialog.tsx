'use client'

import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  children: ReactNode
  /** The buttons at the foot, the safe one first. */
  footer?: ReactNode
  wide?: boolean
}

/** A question or a task that needs an answer before the page goes on. Focus stays inside and returns afterwards. */
export function Dialog({ open, onOpenChange, title, description, children, footer, wide = false }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-[arrive_120ms_ease-out] bg-scrim" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            'fixed inset-x-0 bottom-0 z-50 mx-auto flex max-h-[92dvh] w-full animate-[arrive_120ms_ease-out] flex-col',
            'border-t border-ink bg-paper sm:inset-y-0 sm:my-auto sm:h-fit sm:w-[calc(100%-3rem)] sm:border',
            wide ? 'sm:max-w-2xl' : 'sm:max-w-lg',
          )}
        >
          <header className="flex items-start justify-between gap-6 px-5 pt-5 sm:px-7 sm:pt-6">
            <div className="min-w-0">
              <Radix.Title className="font-serif text-xl font-semibold break-name">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-soft">{description}</Radix.Description>}
            </div>
            <Radix.Close className="-me-2 rounded-sm px-2 py-1 text-sm font-[550] text-accent hover:bg-wash">
              Close
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-5 sm:px-7">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-3 border-t border-rule px-5 py-4 sm:px-7">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
