import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface NoticeProps {
  /** `problem` is announced at once. */
  tone?: 'note' | 'problem'
  title?: ReactNode
  children: ReactNode
  /** What can be done about it. */
  action?: ReactNode
}

/** Something the reader must know here. A problem has a heavier rule: weight says it, not colour. */
export function Notice({ tone = 'note', title, children, action }: NoticeProps) {
  return (
    <div
      role={tone === 'problem' ? 'alert' : undefined}
      className={classNames(
        'py-1 ps-4 text-base break-name',
        tone === 'problem' ? 'border-s-4 border-ink' : 'border-s border-edge',
      )}
    >
      {title && <p className="font-semibold">{title}</p>}
      <div className={title ? 'text-soft' : undefined}>{children}</div>
      {action && <div className="mt-2">{action}</div>}
    </div>
  )
}
