import { CopyButton } from './copy-button.tsx'

export interface CopyLineProps {
  value: string
  what: string
}

/** Breaks between words first: a line that ends within `--registry` reads as two words. */
function Words({ line }: { line: string }) {
  return line.split(' ').map((word, index) => (
    <span key={index}>
      {index > 0 && ' '}
      <span className="inline-block max-w-full">{word}</span>
    </span>
  ))
}

/** A line to be typed elsewhere, with a button that copies it. */
export function CopyLine({ value, what }: CopyLineProps) {
  return (
    <div className="flex items-center gap-1 border-y border-rule">
      <code className="min-w-0 flex-1 py-2 text-sm break-name">
        <Words line={value} />
      </code>
      <CopyButton value={value} what={what} />
    </div>
  )
}
