import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type MarkSign = 'done' | 'failed' | 'running' | 'waiting' | 'pending' | 'none' | 'stopped'

const paths: Record<MarkSign, ReactNode> = {
  done: <path d="M2.500 6.500 5 9l4.500-6" />,
  failed: <path d="m3 3 6 6m0-6-6 6" strokeWidth="2" />,
  running: <circle cx="6" cy="6" r="3.500" className="fill-current" />,
  waiting: <path d="M4 3v6m4-6v6" strokeWidth="2" />,
  pending: <circle cx="6" cy="6" r="3.500" />,
  none: <path d="M2.500 6h7" />,
  stopped: <rect x="3" y="3" width="6" height="6" className="fill-current" />,
}

export interface MarkProps {
  sign: MarkSign
  children: ReactNode
  className?: string
}

/** A state as a sign and a word. The sign never stands alone and never needs colour. */
export function Mark({ sign, children, className }: MarkProps) {
  const quiet = sign === 'pending' || sign === 'none'
  return (
    <span className={classNames('inline-flex items-center gap-1.5 whitespace-nowrap', quiet && 'text-soft', className)}>
      <svg
        aria-hidden
        viewBox="0 0 12 12"
        className={classNames(
          'size-3 shrink-0 fill-none stroke-current stroke-[1.5]',
          sign === 'running' && 'animate-[breathe_1.2s_ease-in-out_infinite]',
        )}
      >
        {paths[sign]}
      </svg>
      {children}
    </span>
  )
}
