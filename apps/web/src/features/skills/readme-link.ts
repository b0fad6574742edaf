/** Where a link of a readme leads: another site, a file of the package, a heading of the same page, or nowhere safe. */
export type ReadmeLink =
  | { kind: 'external'; href: string }
  | { kind: 'file'; path: string }
  | { kind: 'heading'; id: string }
  | { kind: 'refused' }

const SAFE_PROTOCOLS = new Set(['http:', 'https:', 'mailto:'])
const HEADING_PREFIX = 'readme-'

/** The id of a heading, so that links of the readme find it and none of ours is shadowed. */
export function headingId(text: string): string {
  const slug = text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replace(/\s+/g, '-')
  return `${HEADING_PREFIX}${slug}`
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Judges the target of a link that somebody else wrote. */
export function readmeLinkOf(target: string): ReadmeLink {
  const trimmed = target.trim()
  if (trimmed.startsWith('#')) {
    const text = decoded(trimmed.slice(1))
    return text ? { kind: 'heading', id: `${HEADING_PREFIX}${text.toLowerCase()}` } : { kind: 'refused' }
  }
  // The base is a package without a host: what still has its host afterwards was relative.
  const url = URL.parse(trimmed, 'package://package/')
  if (!url) return { kind: 'refused' }
  if (SAFE_PROTOCOLS.has(url.protocol)) return { kind: 'external', href: url.href }
  if (url.protocol !== 'package:' || url.host !== 'package') return { kind: 'refused' }
  const path = decoded(url.pathname.replace(/^\/+/, ''))
  return path && !/[\0\\]/.test(path) ? { kind: 'file', path } : { kind: 'refused' }
}
