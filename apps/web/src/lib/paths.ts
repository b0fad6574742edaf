import type { SkillAddress } from '@guildhall/contracts'

const segment = encodeURIComponent

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value)
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

const skill = ({ publisher, name }: SkillAddress, part = ''): string =>
  `/skills/${segment(publisher)}/${segment(name)}${part}`

/** Every address of the web UI, written once. */
export const paths = {
  home: () => '/',
  login: (next?: string) => withQuery('/auth/login', { next: next === '/' ? undefined : next }),
  register: (next?: string) => withQuery('/auth/register', { next: next === '/' ? undefined : next }),
  marketplace: (query: { category?: string; text?: string; sort?: string; kind?: string } = {}) => {
    const { category, ...rest } = query
    return withQuery(category ? `/marketplace/${segment(category)}` : '/marketplace', rest)
  },
  publisher: (handle: string) => `/${segment(handle)}`,
  skill: (address: SkillAddress) => skill(address),
  skillVersions: (address: SkillAddress) => skill(address, '/versions'),
  skillFiles: (address: SkillAddress, query: { version?: string; path?: string } = {}) =>
    withQuery(skill(address, '/files'), query),
  skillPermissions: (address: SkillAddress) => skill(address, '/permissions'),
  skillActions: (address: SkillAddress) => skill(address, '/actions'),
  library: () => '/library',
  run: (installationId: string, action?: string) => withQuery(`/library/${segment(installationId)}/run`, { action }),
  execution: (id: string) => `/executions/${segment(id)}`,
  executions: () => '/executions',
  publish: () => '/publish',
  submission: (id: string) => `/publish/${segment(id)}`,
  profile: () => '/profile',
  keys: () => '/profile/keys',
  admin: () => '/admin',
  review: () => '/admin/review',
  reviewOf: (id: string, path?: string) => withQuery(`/admin/review/${segment(id)}`, { path }),
  users: (text?: string) => withQuery('/admin/users', { text }),
  audit: () => '/admin/audit',
  docs: () => '/docs',
  guide: (slug: string) => `/docs/${segment(slug)}`,
  apiReference: () => '/docs/api',
} as const

/** Two slashes in front would name another site. */
const OURS = /^\/(?![/\\])/

/** An address to go back to after signing in: one of ours, or the front page. Never another site. */
export function safeNext(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !OURS.test(next)) return paths.home()
  const url = URL.parse(next, 'http://local.invalid')
  // Looked at again after the dots are gone: `/.//other.example` becomes `//other.example`.
  return url?.host === 'local.invalid' && OURS.test(url.pathname) && !url.pathname.startsWith('/auth/')
    ? `${url.pathname}${url.search}${url.hash}`
    : paths.home()
}
