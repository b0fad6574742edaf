import { classNames } from './class-names.ts'

/** Rows on their hairlines while the real ones are on their way. Appears late, so that quick loads do not flicker. */
export function SkeletonRows({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" className="animate-[arrive_200ms_200ms_both] border-t border-rule">
      <span className="sr-only">{label}…</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} aria-hidden className="border-b border-rule py-5">
          <Bar className={index % 2 === 0 ? 'w-56' : 'w-40'} />
          <Bar className={classNames('mt-2 max-w-full', index % 3 === 0 ? 'w-140' : 'w-120')} />
        </div>
      ))}
    </div>
  )
}

/** One grey line. */
export function Bar({ className }: { className?: string }) {
  return <div className={classNames('h-3 animate-[breathe_1.6s_ease-in-out_infinite] bg-rule', className)} />
}
