import * as z from 'zod'
import { endpoint, Handle, Semver, SkillName } from '@guildhall/contracts'

/** Requests a minute for documents that clients read once, and for what they then fetch one by one. */
const PER_MINUTE = { document: 300, artifact: 3000 }

const Publisher = z.object({ publisher: Handle })

/** `name`, also as `name@name` and `name@1.2.3`: so some clients write the skill, or the version, of a source. */
const PickedSkill = z
  .string()
  .max(130)
  .transform((text, context) => {
    const [name = '', picked] = text.split('@', 2)
    const isPlain = picked === undefined || picked === name
    const version = isPlain ? null : Semver.safeParse(picked)
    if (SkillName.safeParse(name).success && version?.success !== false) return { name, version: version?.data ?? null }
    context.addIssue({ code: 'custom', message: 'must be a name, or name@version' })
    return z.NEVER
  })

const Skill = Publisher.extend({ name: PickedSkill })

const document = (path: string, summary: string) =>
  endpoint({ method: 'GET', path, summary, access: 'public', replyKind: 'bytes', perMinute: PER_MINUTE.document })

const documentOf = <P extends z.ZodType>(params: P, path: string, summary: string) =>
  endpoint({
    method: 'GET',
    path,
    summary,
    access: 'public',
    params,
    replyKind: 'bytes',
    errors: ['skill.not-found', 'publisher.not-found', 'version.not-found', 'version.unavailable'],
    perMinute: PER_MINUTE.document,
  })

/** Agent Skills Discovery 0.2.0: an index below a well-known address, and the artifacts that it names. */
export const discovery = {
  registry: document('/.well-known/agent-skills/index.json', 'Skills of this registry'),
  publisher: documentOf(Publisher, '/@{publisher}/.well-known/agent-skills/index.json', 'Skills of a publisher'),
  skill: documentOf(Skill, '/@{publisher}/{name}/.well-known/agent-skills/index.json', 'One skill'),
  /** The address of its page on the web works, too. */
  page: documentOf(Skill, '/skills/{publisher}/{name}/.well-known/agent-skills/index.json', 'One skill'),
  artifact: endpoint({
    method: 'GET',
    path: '/.well-known/agent-skills/{publisher}/{name}/{version}/{file}',
    summary: 'What an index names: SKILL.md of a skill of one file, the plain archive of any other',
    access: 'public',
    params: Publisher.extend({ name: SkillName, version: Semver, file: z.string().max(80) }),
    replyKind: 'bytes',
    errors: ['skill.not-found', 'version.not-found', 'version.unavailable', 'version.file-not-found'],
    perMinute: PER_MINUTE.artifact,
  }),
}

const FoundSkill = z.object({
  id: z.string(),
  skillId: z.string(),
  name: z.string(),
  installs: z.number().int(),
  /** What `npx skills add` takes. */
  source: z.string(),
})

/** As `npx skills find` asks. What it does not need is not there. */
export const search = endpoint({
  method: 'GET',
  path: '/api/search',
  summary: 'Search, in the words of the command skills',
  access: 'public',
  query: z.object({
    q: z.string().trim().max(200).default(''),
    limit: z.coerce.number().int().min(1).max(100).catch(20),
    owner: Handle.optional().catch(undefined),
  }),
  reply: z.object({ query: z.string(), skills: z.array(FoundSkill), count: z.number().int() }),
  perMinute: 1200,
})

/** Lists of plugins, each a git repository on this server. */
export const marketplaces = {
  claude: document('/.claude-plugin/marketplace.json', 'Skills of this registry as plugins of Claude Code'),
  claudePublisher: documentOf(
    Publisher,
    '/@{publisher}/.claude-plugin/marketplace.json',
    'Skills of a publisher as plugins of Claude Code',
  ),
  codex: document('/.agents/plugins/marketplace.json', 'Skills of this registry as plugins of Codex'),
  codexPublisher: documentOf(
    Publisher,
    '/@{publisher}/.agents/plugins/marketplace.json',
    'Skills of a publisher as plugins of Codex',
  ),
}

const Repository = z
  .string()
  .max(80)
  .transform((text) => text.replace(/\.git$/, ''))

/** The name of the repository that is a marketplace of the whole registry; nobody can have it as a handle. */
export const WHOLE_REGISTRY = 'marketplace'

const repositories = {
  skill: {
    path: '/git/{publisher}/{repository}',
    params: Publisher.extend({ repository: Repository.pipe(SkillName) }),
  },
  marketplace: { path: '/git/{repository}', params: z.object({ repository: Repository.pipe(Handle) }) },
}

const refsOf = <P extends z.ZodType>({ path, params }: { path: string; params: P }) =>
  endpoint({
    method: 'GET',
    path: `${path}/info/refs`,
    summary: 'The branches of a repository, as git asks for them',
    access: 'public',
    params,
    query: z.object({
      service: z.literal('git-upload-pack', 'must be git-upload-pack: repositories can be read only'),
    }),
    replyKind: 'bytes',
    errors: ['skill.not-found', 'publisher.not-found'],
    perMinute: PER_MINUTE.document,
  })

const packOf = <P extends z.ZodType>({ path, params }: { path: string; params: P }) =>
  endpoint({
    method: 'POST',
    path: `${path}/git-upload-pack`,
    summary: 'The contents of a repository, as git asks for them',
    access: 'public',
    scope: 'read',
    params,
    bodyKind: 'bytes',
    replyKind: 'bytes',
    errors: ['skill.not-found', 'publisher.not-found'],
    perMinute: PER_MINUTE.document,
  })

/** Git repositories, read only: each skill is one, each publisher's marketplace, and that of the registry. */
export const git = {
  skillRefs: refsOf(repositories.skill),
  skillPack: packOf(repositories.skill),
  marketplaceRefs: refsOf(repositories.marketplace),
  marketplacePack: packOf(repositories.marketplace),
}
