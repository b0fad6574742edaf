import { Fragment } from 'react'
import { CopyButton } from '../../ui/copy-button.tsx'
import { CodePieces } from '../code/code-pieces.tsx'
import { highlightedLines } from '../code/highlight-code.ts'

export interface GuideCodeProps {
  /** The id of the element that holds exactly the text; once in a page. */
  id: string
  language: string
  /** Where the text belongs, if it is a file. */
  path: string | undefined
  text: string
}

/** Lines to type or to read, with a button that copies them. */
export function GuideCode({ id, language, path, text }: GuideCodeProps) {
  const lines = highlightedLines(path ?? `.${language}`, text)
  const copy = (
    <CopyButton copyFrom={id} what={path ?? 'these lines'} className="shrink-0 self-end font-sans sm:self-start" />
  )
  return (
    <div className="border-y border-rule" dir="ltr">
      {path !== undefined && (
        <div className="flex items-center justify-between gap-4 border-b border-rule text-sm">
          <span className="min-w-0 font-mono text-soft break-name">{path}</span>
          {copy}
        </div>
      )}
      <div className="flex flex-col-reverse sm:flex-row sm:gap-2">
        <pre tabIndex={0} role="group" aria-label={path ?? 'Code'} className="min-w-0 border-0! max-sm:pt-0! sm:flex-1">
          <code id={id}>
            {lines.map((pieces, index) => (
              <Fragment key={index}>
                {index > 0 && '\n'}
                <CodePieces pieces={pieces} />
              </Fragment>
            ))}
          </code>
        </pre>
        {path === undefined && copy}
      </div>
    </div>
  )
}
