import type { DiffHunk } from '@guildhall/contracts'
import { classNames } from '../../ui/class-names.ts'
import { blocksOf, type HunkBlock } from './hunk-blocks.ts'

const signs = { same: ' ', added: '+', removed: '−' }
const spoken = { same: null, added: 'added: ', removed: 'removed: ' }
const looks = {
  same: 'border-transparent',
  added: 'border-ink bg-well font-[550]',
  removed: 'border-edge text-soft',
}

interface LineProps {
  kind: keyof typeof signs
  number: number
  text: string
}

function Line({ kind, number, text }: LineProps) {
  return (
    <div className={classNames('flex min-w-0 border-s-2', looks[kind])}>
      <span aria-hidden className="w-11 shrink-0 pe-2 text-end font-normal text-faint select-none">
        {number}
      </span>
      <span aria-hidden className="w-4 shrink-0 select-none">
        {signs[kind]}
      </span>
      <span
        className={classNames(
          'min-w-0 flex-1 break-name whitespace-pre-wrap',
          kind === 'removed' && 'line-through decoration-edge decoration-1',
        )}
      >
        {spoken[kind] && <span className="sr-only">{spoken[kind]}</span>}
        {text}
      </span>
    </div>
  )
}

/** On a wide page two columns; on a narrow one what went stands above what came. */
function Block({ block }: { block: HunkBlock }) {
  if (block.kind === 'changed')
    return (
      <div className="lg:grid lg:grid-cols-2 lg:gap-x-6">
        <div className="min-w-0">
          {block.removed.map(({ text, number }) => (
            <Line key={number} kind="removed" number={number} text={text} />
          ))}
        </div>
        <div className="min-w-0">
          {block.added.map(({ text, number }) => (
            <Line key={number} kind="added" number={number} text={text} />
          ))}
        </div>
      </div>
    )
  return block.lines.map(({ text, before, after }) => (
    <div key={after} className="lg:grid lg:grid-cols-2 lg:gap-x-6">
      <div className="hidden min-w-0 lg:block" aria-hidden>
        <Line kind="same" number={before} text={text} />
      </div>
      <div className="min-w-0">
        <Line kind="same" number={after} text={text} />
      </div>
    </div>
  ))
}

/** One run of changes with the lines around it. */
export function HunkView({ hunk }: { hunk: DiffHunk }) {
  return (
    <div
      dir="ltr"
      className="border-t border-rule py-2 font-mono text-sm leading-5.5 [font-variant-ligatures:none] first:border-t-0"
    >
      {blocksOf(hunk).map((block, index) => (
        <Block key={index} block={block} />
      ))}
    </div>
  )
}
