import type { SkillAddress } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { isValidElement, type ReactNode } from 'react'
import type { Components } from 'react-markdown'
import { paths } from '../../lib/paths.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SafeMarkdown } from '../markdown/safe-markdown.tsx'
import { headingId, readmeLinkOf } from './readme-link.ts'

function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node)
  if (Array.isArray(node)) return node.map(textOf).join('')
  if (isValidElement<{ children?: ReactNode }>(node)) return textOf(node.props.children)
  return ''
}

function ReadmeAnchor({ href, skill, children }: { href: string; skill: SkillAddress; children: ReactNode }) {
  const link = readmeLinkOf(href)
  if (link.kind === 'external')
    return (
      <a href={link.href} rel="noopener nofollow ugc">
        {children}
      </a>
    )
  if (link.kind === 'file') return <Link href={paths.skillFiles(skill, { path: link.path })}>{children}</Link>
  if (link.kind === 'heading') return <a href={`#${link.id}`}>{children}</a>
  return <span title="This link was left out because its address is not safe">{children}</span>
}

/** Headings of the readme begin below those of the page: # becomes h2 and so on. */
function headings(): Components {
  const levels = { h1: 'h2', h2: 'h3', h3: 'h4', h4: 'h5', h5: 'h6', h6: 'h6' } as const
  const entries = Object.entries(levels).map(([from, Level]) => {
    const Heading = ({ children }: { children?: ReactNode }) => (
      <Level id={headingId(textOf(children))}>{children}</Level>
    )
    return [from, Heading]
  })
  return Object.fromEntries(entries)
}

/** In a note among other text a heading is a line of weight: it has no place in the order of the page's headings. */
const plainHeadings: Components = Object.fromEntries(
  ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((from) => {
    const Line = ({ children }: { children?: ReactNode }) => <p className="font-semibold">{children}</p>
    return [from, Line]
  }),
)

interface StrangersMarkdownProps {
  markdown: string
  skill: SkillAddress
  headings: Components
}

/** Markdown that a stranger wrote, whose links lead where `readmeLinkOf` lets them. */
function StrangersMarkdown({ markdown, skill, headings: own }: StrangersMarkdownProps) {
  const anchor = (link: { href: string; children: ReactNode }) => <ReadmeAnchor {...link} skill={skill} />
  return <SafeMarkdown markdown={markdown} anchor={anchor} components={own} />
}

/** Shows the readme of a skill. */
export function Readme({ markdown, skill }: { markdown: string; skill: SkillAddress }) {
  if (markdown.trim() === '')
    return <EmptyState title="No readme">SKILL.md of this skill has no text behind its frontmatter.</EmptyState>
  return (
    <div className="prose" dir="auto">
      <StrangersMarkdown markdown={markdown} skill={skill} headings={headings()} />
    </div>
  )
}

/** Shows what changed in a version, in small type. */
export function Changelog({ markdown, skill }: { markdown: string; skill: SkillAddress }) {
  return (
    <div className="note-prose" dir="auto">
      <StrangersMarkdown markdown={markdown} skill={skill} headings={plainHeadings} />
    </div>
  )
}
