import { paths } from '../../lib/paths.ts'

/** Where a link of a guide leads: a page here, another site, or a file that only the source of Guildhall has. */
export type GuideLink =
  | { kind: 'page'; href: string }
  | { kind: 'external'; href: string }
  | { kind: 'source'; path: string }

/** Who publishes the skills of `examples` at the first start of a server. */
const EXAMPLES_PUBLISHER = 'guildhall'
const SOURCE = 'source://repository'

/** Judges a link as it stands in a file of `docs/guides`. */
export function guideLinkOf(target: string): GuideLink {
  if (target.startsWith('#')) return { kind: 'page', href: target }
  const url = new URL(target, `${SOURCE}/docs/guides/`)
  if (url.protocol !== 'source:') return { kind: 'external', href: url.href }
  const guide = /^\/docs\/guides\/([^/]+)\.md$/.exec(url.pathname)?.[1]
  if (guide !== undefined) return { kind: 'page', href: `${paths.guide(guide)}${url.hash}` }
  const [, isExamples, example] = /^\/(examples)(?:\/([^/]+))?\/?$/.exec(url.pathname) ?? []
  if (example !== undefined)
    return { kind: 'page', href: paths.skillFiles({ publisher: EXAMPLES_PUBLISHER, name: example }) }
  if (isExamples !== undefined) return { kind: 'page', href: paths.publisher(EXAMPLES_PUBLISHER) }
  return { kind: 'source', path: url.pathname.slice(1) }
}
