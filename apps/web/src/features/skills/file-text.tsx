import { CodePieces } from '../code/code-pieces.tsx'
import { highlightedLines } from '../code/highlight-code.ts'

export interface FileTextProps {
  /** Its ending names the language. */
  path: string
  text: string
  /** The id of the element that holds exactly the text. */
  id: string
}

/** A text file with numbered lines that can be linked to (`#L10`); the numbers are no part of what is copied. */
export function FileText({ path, text, id }: FileTextProps) {
  const lines = highlightedLines(path, text.replace(/\r?\n$/, ''))
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="File content"
      dir="ltr"
      className="overflow-x-auto py-3 font-mono text-sm leading-5.5 whitespace-pre [font-variant-ligatures:none]"
    >
      <code id={id} className="block w-max min-w-full">
        {lines.map((pieces, index) => (
          <span
            key={index}
            id={`L${index + 1}`}
            className="block scroll-mt-24 pe-4 target:bg-wash target:shadow-[inset_2px_0_var(--accent)]"
          >
            <a
              href={`#L${index + 1}`}
              aria-label={`Line ${index + 1}`}
              tabIndex={-1}
              data-line={index + 1}
              className="me-5 inline-block w-10 text-end text-faint before:content-[attr(data-line)] hover:text-accent"
            />
            <CodePieces pieces={pieces} />
            {'\n'}
          </span>
        ))}
      </code>
    </div>
  )
}
