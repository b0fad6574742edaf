import { API_PREFIX, type SkillAddress } from '@guildhall/contracts'

const segment = encodeURIComponent

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value)
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

const skill = ({ publisher, name }: SkillAddress, part = ''): string =>
  `/skills/${segment(publisher)}/${segment(name)}${part}`

/** What the marketplace can be asked in its address. */
export interface MarketplaceAddress {
  category?: string
  text?: string
  kind?: string
  tag?: string
  publisher?: string
  visibility?: string
  sort?: string
}

/** Every address of the web UI, written once. */
export const paths = {
  home: () => '/',
  login: (next?: string) => withQuery('/auth/login', { next: next === '/' ? undefined : next }),
  register: (next?: string) => withQuery('/auth/register', { next: next === '/' ? undefined : next }),
  marketplace: (query: MarketplaceAddress = {}) => {
    const { category, ...rest } = query
    return withQuery(category ? `/marketplace/${segment(category)}` : '/marketplace', rest)
  },
  publisher: (handle: string) => `/${segment(handle)}`,
  skill: (address: SkillAddress) => skill(address),
  skillVersions: (address: SkillAddress, query: { cursor?: string } = {}) =>
    withQuery(skill(address, '/versions'), query),
  skillFiles: (address: SkillAddress, query: { version?: string; path?: string } = {}) =>
    withQuery(skill(address, '/files'), query),
  skillDiff: (address: SkillAddress, query: { from?: string; to?: string; file?: string } = {}) =>
    withQuery(skill(address, '/diff'), query),
  skillDependencies: (address: SkillAddress, query: { version?: string } = {}) =>
    withQuery(skill(address, '/dependencies'), query),
  skillManage: (address: SkillAddress) => skill(address, '/manage'),
  skillPermissions: (address: SkillAddress) => skill(address, '/permissions'),
  skillActions: (address: SkillAddress) => skill(address, '/actions'),
  library: () => '/library',
  /** `again` is a run whose input the form begins with. */
  run: (installationId: string, query: { action?: string; again?: string } = {}) =>
    withQuery(`/library/${segment(installationId)}/run`, query),
  execution: (id: string) => `/executions/${segment(id)}`,
  executions: () => '/executions',
  executionOutput: (id: string) => `${API_PREFIX}/executions/${segment(id)}/output`,
  executionFile: (id: string, path: string) => withQuery(`${API_PREFIX}/executions/${segment(id)}/files`, { path }),
  publish: () => '/publish',
  drafts: () => '/publish/try',
  draft: (id: string, query: { action?: string; again?: string } = {}) =>
    withQuery(`/publish/try/${segment(id)}`, query),
  imports: () => '/publish/git',
  import: (id: string) => `/publish/git/${segment(id)}`,
  submission: (id: string) => `/publish/${segment(id)}`,
  profile: () => '/profile',
  keys: () => '/profile/keys',
  transfers: () => '/profile/transfers',
  admin: () => '/admin',
  review: (query: { decided?: string } = {}) => withQuery('/admin/review', query),
  reviewOf: (id: string, path?: string) => withQuery(`/admin/review/${segment(id)}`, { path }),
  users: (text?: string) => withQuery('/admin/users', { text }),
  audit: () => '/admin/audit',
  docs: () => '/docs',
  guide: (slug: string) => `/docs/${segment(slug)}`,
  apiReference: () => '/docs/api',
  errors: () => '/docs/errors',
  /** The bytes of one file of a version, answered by the API. */
  rawFile: (address: SkillAddress, version: string, path: string) =>
    withQuery(`${API_PREFIX}${skill(address, `/versions/${segment(version)}/file`)}`, { path }),
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
