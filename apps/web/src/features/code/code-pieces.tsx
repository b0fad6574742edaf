import type { CodeKind, CodePiece } from './highlight-code.ts'

const kindClass: Record<Exclude<CodeKind, 'plain'>, string> = {
  keyword: 'font-bold',
  name: 'font-[600]',
  comment: 'text-faint italic',
  string: 'text-soft',
  heading: 'font-bold',
  emphasis: 'italic',
}

/** One highlighted line, without its end. */
export function CodePieces({ pieces }: { pieces: CodePiece[] }) {
  return pieces.map(({ text, kind }, position) =>
    kind === 'plain' ? (
      text
    ) : (
      <span key={position} className={kindClass[kind]}>
        {text}
      </span>
    ),
  )
}
