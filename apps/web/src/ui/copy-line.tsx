import { CopyButton } from './copy-button.tsx'

export interface CopyLineProps {
  value: string
  what: string
}

/** A line to be typed elsewhere, with a button that copies it. */
export function CopyLine({ value, what }: CopyLineProps) {
  return (
    <div className="flex items-center gap-1 border-y border-rule">
      <code className="min-w-0 flex-1 py-2 text-sm break-name">{value}</code>
      <CopyButton value={value} what={what} />
    </div>
  )
}
