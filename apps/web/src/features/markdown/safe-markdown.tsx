import type { ReactElement, ReactNode } from 'react'
import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'

const components: Components = {
  // Pictures are named, never fetched: a page of ours asks no other server for anything.
  img: ({ alt }) => <em className="text-soft">[Picture{alt ? `: ${alt}` : ''}, not shown]</em>,
  pre: ({ children }) => (
    <pre tabIndex={0} role="group" aria-label="Code" dir="ltr">
      {children}
    </pre>
  ),
  table: ({ children }) => (
    <div className="table-scroll" tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
  // A column without a name has no heading for those who hear the page.
  th: ({ children, style }) => (children ? <th style={style}>{children}</th> : <td style={style}>{children}</td>),
  input: ({ checked }) => <span aria-label={checked ? 'done' : 'open'}>{checked ? '☑ ' : '☐ '}</span>,
}

export interface SafeMarkdownProps {
  markdown: string
  /** Judges a link: `href` is whatever the writer put there. */
  anchor: (link: { href: string; children: ReactNode }) => ReactNode
  /** What is shown in another way than here. */
  components?: Omit<Components, 'a'>
}

/** Markdown as elements: no HTML of its own, no pictures from elsewhere, only links that `anchor` lets through. */
export function SafeMarkdown(props: SafeMarkdownProps) {
  return markdownElements(props)
}

/** The same, read here and now: for whoever keeps the elements, since reading takes longer than anything else of a page. */
export function markdownElements({ markdown, anchor, components: own }: SafeMarkdownProps): ReactElement {
  const a: Components['a'] = ({ href = '', children }) => anchor({ href, children })
  return Markdown({
    children: markdown,
    remarkPlugins: [remarkGfm],
    components: { ...components, ...own, a },
    urlTransform: (url) => url,
    skipHtml: true,
  })
}
