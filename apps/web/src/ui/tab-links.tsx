import { classNames } from './class-names.ts'

/** The row that holds links to parts of one thing. It scrolls sideways on a phone. */
export const tabRowClass = 'flex gap-6 overflow-x-auto border-b border-rule text-base'

/** One of these links; `isCurrent` is the part being shown. */
export function tabLinkClass(isCurrent: boolean): string {
  return classNames(
    '-mb-px inline-flex min-h-11 items-center gap-1.5 border-b-2 whitespace-nowrap focus-visible:-outline-offset-2',
    isCurrent ? 'border-ink font-[550] text-ink' : 'border-transparent text-soft hover:text-accent',
  )
}
