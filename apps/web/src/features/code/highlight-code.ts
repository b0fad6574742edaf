import type { Parser, Tree } from '@lezer/common'
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight'
import { parserFor } from './code-languages.ts'

/** What a piece of code is, as far as the page shows it: by weight and slant, never by colour. */
export type CodeKind = 'plain' | 'keyword' | 'name' | 'comment' | 'string' | 'heading' | 'emphasis'

export interface CodePiece {
  text: string
  kind: CodeKind
}

/** Longer texts are shown plainly: reading them costs the server more than it helps the reader. */
const LONGEST = 32 * 1024
/** So are texts with longer lines: what people wrote breaks lines, and some grammars cost the square of a line. */
const LONGEST_LINE = /[^\n]{1001}/
/** A parse that has not ended by then is given up, so that no file can hold the server. */
const BUDGET_MS = 60

/** Deeper nesting than people write: walking it would overflow the stack. */
const DEEPEST = 200

const highlighter = tagHighlighter([
  { tag: tags.comment, class: 'comment' },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.bool, tags.null], class: 'keyword' },
  { tag: [tags.string, tags.regexp, tags.monospace, tags.url, tags.attributeValue], class: 'string' },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.definition(tags.variableName),
      tags.definition(tags.propertyName),
      tags.className,
      tags.tagName,
      tags.strong,
    ],
    class: 'name',
  },
  { tag: tags.heading, class: 'heading' },
  { tag: [tags.emphasis, tags.quote], class: 'emphasis' },
])

const KINDS: ReadonlySet<string> = new Set<CodeKind>(['keyword', 'name', 'comment', 'string', 'heading', 'emphasis'])
const isKind = (name: string): name is CodeKind => KINDS.has(name)

function parsed(parser: Parser, text: string, now: () => number): Tree | null {
  const parse = parser.startParse(text)
  const deadline = now() + BUDGET_MS
  for (let tree = parse.advance(); ; tree = parse.advance()) {
    if (tree) return tree
    if (now() > deadline) return null
  }
}

function isDeep(tree: Tree): boolean {
  let depth = 0
  let deepest = 0
  tree.iterate({
    enter: () => {
      depth += 1
      deepest = Math.max(deepest, depth)
    },
    leave: () => {
      depth -= 1
    },
  })
  return deepest > DEEPEST
}

/** Appends a piece to the last line, beginning a new line at every line end in it. */
function append(lines: CodePiece[][], text: string, kind: CodeKind): void {
  text.split('\n').forEach((part, index) => {
    if (index > 0) lines.push([])
    if (part !== '') lines.at(-1)?.push({ text: part, kind })
  })
}

function plainLines(text: string): CodePiece[][] {
  const lines: CodePiece[][] = [[]]
  append(lines, text, 'plain')
  return lines
}

/**
 * A text as lines of pieces, each with its kind; joined they are the text, with every line end as `\n`.
 * The grammar is chosen by the ending of `path`. Linear in the length; what nests too deep or takes longer than 60 ms is plain.
 */
export function highlightedLines(path: string, source: string, now = () => performance.now()): CodePiece[][] {
  const text = source.replaceAll('\r\n', '\n')
  const parser = text.length > LONGEST || LONGEST_LINE.test(text) ? null : parserFor(path)
  const tree = parser && parsed(parser, text, now)
  if (!tree || isDeep(tree)) return plainLines(text)
  const lines: CodePiece[][] = [[]]
  let done = 0
  highlightTree(tree, highlighter, (from, to, classes) => {
    const kind = classes.split(' ').find(isKind) ?? 'plain'
    append(lines, text.slice(done, from), 'plain')
    append(lines, text.slice(from, to), kind)
    done = to
  })
  append(lines, text.slice(done), 'plain')
  return lines
}
