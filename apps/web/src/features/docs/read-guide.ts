export interface GuideHeading {
  /** 2 for `##` and so on. */
  level: number
  text: string
  /** As GitHub makes them, so that a link works there and here. */
  id: string
  /** Line of the file, from 1. */
  line: number
}

/** What a guide says of itself. */
export interface GuideFacts {
  title: string
  /** The first sentence below the title, as plain text. */
  summary: string
  headings: GuideHeading[]
}

const FENCE = /^\s*```/
const HEADING = /^(#{1,6}) +(.*)$/

/** Markdown of a line without its signs: code, emphasis and links become their text. */
function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')
}

function slugOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}

function headingsOf(markdown: string): GuideHeading[] {
  const seen = new Map<string, number>()
  const headings: GuideHeading[] = []
  let isCode = false
  for (const [index, line] of markdown.split('\n').entries()) {
    if (FENCE.test(line)) isCode = !isCode
    const [, signs = '', source = ''] = (!isCode && HEADING.exec(line)) || []
    if (signs === '') continue
    const text = plainText(source)
    const slug = slugOf(text)
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    headings.push({ level: signs.length, text, id: count === 0 ? slug : `${slug}-${count}`, line: index + 1 })
  }
  return headings
}

/** Reads a guide: `# Title` in its first line, a paragraph below it, then headings from `##` on. */
export function readGuide(markdown: string): GuideFacts {
  const [title, ...headings] = headingsOf(markdown)
  const paragraph = /^# .*\n\n([\s\S]*?)(?:\n\n|$)/.exec(markdown)?.[1] ?? ''
  const [summary = ''] = /^.*?[.:](?= |$)/.exec(plainText(paragraph).replace(/\s+/g, ' ')) ?? []
  return { title: title?.text ?? '', summary, headings }
}
