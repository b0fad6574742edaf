import { CopyButton } from './copy-button.tsx'

export interface CopyLineProps {
  value: string
  what: string
}

/** A line to be typed elsewhere, with a button that copies it. */
export function CopyLine({ value, what }: CopyLineProps) {
  return (
    <div className="flex items-center gap-1 border-y border-rule">
      {/* Scrolls by keyboard when the line is longer than its place. */}
      <pre className="min-w-0 flex-1 overflow-x-auto py-2 text-sm" tabIndex={0} role="region" aria-label={what}>
        <code>{value}</code>
      </pre>
      <CopyButton value={value} what={what} />
    </div>
  )
}
