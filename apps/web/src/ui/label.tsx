import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

const weights = {
  plain: 'border-transparent px-0 text-soft',
  outline: 'border-edge px-1.5 text-ink',
  solid: 'border-ink bg-ink px-1.5 text-paper',
}

export interface LabelProps {
  /** How loud it is: plain, outline, solid. */
  weight?: keyof typeof weights
  children: ReactNode
}

/** A short word about a thing: its kind, its risk. Weight carries the importance. */
export function Label({ weight = 'outline', children }: LabelProps) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 items-center rounded-sm border text-xs font-[550] whitespace-nowrap',
        weights[weight],
      )}
    >
      {children}
    </span>
  )
}
