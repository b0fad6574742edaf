import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** A dense table that scrolls sideways inside itself, never with the page. */
export function Table({ caption, children }: { caption: string; children: ReactNode }) {
  return (
    <div className="relative overflow-x-auto" role="region" aria-label={caption} tabIndex={0}>
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </div>
  )
}

/** The head of a column. `end` aligns numbers. */
export function Th({ end, className, ...rest }: ComponentProps<'th'> & { end?: boolean }) {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames(
        'border-b border-ink py-2 pe-5 text-xs font-[550] whitespace-nowrap text-soft last:pe-0',
        end ? 'text-end' : 'text-start',
        className,
      )}
    />
  )
}

/** A cell. `end` aligns numbers. */
export function Td({ end, className, ...rest }: ComponentProps<'td'> & { end?: boolean }) {
  return (
    <td
      {...rest}
      className={classNames(
        'border-b border-rule py-2.5 pe-5 align-top last:pe-0',
        end ? 'numbers text-end' : 'text-start',
        className,
      )}
    />
  )
}
