import { API_PREFIX } from '@guildhall/contracts'
import type { ReactElement, ReactNode } from 'react'
import type { Components, ExtraProps } from 'react-markdown'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { markdownElements } from '../markdown/safe-markdown.tsx'
import { GuideCode } from './guide-code.tsx'
import { guideLinkOf } from './guide-link.ts'
import type { GuideHeading } from './read-guide.ts'

const pages = new Set([
  paths.marketplace(),
  paths.library(),
  paths.publish(),
  paths.imports(),
  paths.drafts(),
  paths.keys(),
  paths.transfers(),
  paths.admin(),
  paths.review(),
  paths.errors(),
  paths.apiReference(),
])
/** Addresses that the API server answers, not a page of this application. */
const answers = new Set([`${API_PREFIX}/openapi.json`, `${API_PREFIX}/system`, '/healthz', '/readyz'])

function GuideAnchor({ href, children }: { href: string; children: ReactNode }) {
  const link = guideLinkOf(href)
  if (link.kind === 'external')
    return (
      <a href={link.href} rel="noopener">
        {children}
      </a>
    )
  if (link.kind === 'page') return <Link href={link.href}>{children}</Link>
  return (
    <>
      {children} (<code>{link.path}</code> in the source)
    </>
  )
}

/** Longer code may break at its hyphens; shorter stays in one piece, as `--yes` must. */
const UNBROKEN_LENGTH = 24

/** Code within a sentence. The address of a page leads there. */
function InlineCode({ children }: { children?: ReactNode }) {
  if (typeof children !== 'string') return <code>{children}</code>
  const code = <code className={children.length <= UNBROKEN_LENGTH ? 'whitespace-nowrap' : undefined}>{children}</code>
  if (pages.has(children)) return <Link href={children}>{code}</Link>
  return answers.has(children) ? <a href={children}>{code}</a> : code
}

/** Headings with the ids that were read from the file; the title is that of the page and not repeated. */
function headingsWith(ids: ReadonlyMap<number, string>): Components {
  const levels = ['h2', 'h3', 'h4', 'h5', 'h6'] as const
  const entries = levels.map((Level) => {
    const Heading = ({ node, children }: ExtraProps & { children?: ReactNode }) => (
      <Level id={ids.get(node?.position?.start.line ?? 0)}>{children}</Level>
    )
    return [Level, Heading]
  })
  return { ...Object.fromEntries(entries), h1: () => null }
}

function CodeOfFence({ node }: ExtraProps) {
  const code = node?.children[0]
  if (code?.type !== 'element') return null
  const text = code.children.map((child) => (child.type === 'text' ? child.value : '')).join('')
  const [language = ''] = [code.properties['className']].flat()
  return (
    <GuideCode
      id={`code-${node?.position?.start.line}`}
      language={String(language).replace('language-', '')}
      path={code.data?.meta ?? undefined}
      text={text.replace(/\n$/, '')}
    />
  )
}

export interface GuideTextProps {
  markdown: string
  headings: GuideHeading[]
}

const texts = new Map<string, ReactElement>()

function textOf({ markdown, headings }: GuideTextProps): ReactElement {
  const kept = texts.get(markdown)
  if (kept) return kept
  const ids = new Map(headings.map(({ line, id }) => [line, id]))
  const components = { ...headingsWith(ids), code: InlineCode, pre: CodeOfFence }
  const text = markdownElements({ markdown, anchor: GuideAnchor, components })
  texts.set(markdown, text)
  return text
}

/** The text of a guide below its title. Guides are part of the build, so each is read once, at its first request, and then kept. */
export function GuideText(guide: GuideTextProps) {
  return <div className="prose">{textOf(guide)}</div>
}
