import type { FastifyInstance } from 'fastify'
import { API_PREFIX, AppError, SkillDetails } from '@guildhall/contracts'
import { type BytesReply, openedFrom } from '../../platform/http/bytes-reply.ts'
import {
  type AnyEndpoint,
  type Handler,
  type HandlerContext,
  mount,
  type MountOptions,
} from '../../platform/http/mount.ts'
import type { Identity } from '../identity/index.ts'
import { type Archive, archiveReply, contentTypeOf, type FoundFile, type Skills } from '../skills/index.ts'
import { CLAW_PREFIX, claw, clawOnly, clawShared, wellKnownClaw } from './rules/claw-endpoints.ts'
import { discovery, git, marketplaces, search, WHOLE_REGISTRY } from './rules/endpoints.ts'
import { advertisement } from './rules/upload-pack.ts'
import type { Interop, Place } from './service.ts'
import { clawErrorBody } from './service/claw-error.ts'
import type { Repository } from './service/git-repositories.ts'
import { jsonDocument } from './service/json-document.ts'
import { uploadPack } from './service/upload-pack.ts'

export interface InteropRoutes {
  interop: Interop
  skills: Skills
  identity: Identity
}

type Asked = Pick<HandlerContext<'public'>, 'caller' | 'origin' | 'pathKey'>

const placeOf = ({ caller, origin, pathKey }: Asked): Place => ({
  viewer: caller,
  origin,
  base: pathKey === null ? '' : `/~${encodeURIComponent(pathKey)}`,
})

function jsonReply(value: object): BytesReply {
  const { bytes, sha256 } = jsonDocument(value)
  const contentType = 'application/json; charset=utf-8'
  return { open: openedFrom(bytes), contentType, sizeBytes: bytes.length, sha256 }
}

const fileReply = ({ open, path, sizeBytes, sha256 }: FoundFile): BytesReply => ({
  open,
  contentType: contentTypeOf(path),
  sizeBytes,
  sha256,
})

/** For everybody at its own address, and below `/~{key}` for whoever cannot send headers. */
function mountTwice<T extends AnyEndpoint>(
  app: FastifyInstance,
  endpoint: T,
  handler: Handler<T>,
  options: MountOptions = { prefix: '' },
): void {
  mount(app, endpoint, handler, options)
  mount(app, endpoint, handler, { ...options, isKeyInPath: true })
}

function mountDiscovery(app: FastifyInstance, { interop, skills }: InteropRoutes): void {
  mountTwice(app, discovery.registry, async (_, asked) => jsonReply(await interop.index(placeOf(asked))))
  mountTwice(app, discovery.publisher, async ({ params }, asked) =>
    jsonReply(await interop.index(placeOf(asked), params.publisher)),
  )
  for (const endpoint of [discovery.skill, discovery.page]) {
    mountTwice(app, endpoint, async ({ params: { publisher, name: picked } }, asked) =>
      jsonReply(await interop.indexOfSkill({ publisher, ...picked }, placeOf(asked))),
    )
  }
  mountTwice(app, discovery.artifact, async ({ params }, { caller, address }) => {
    const archive = await interop.artifact(params, caller)
    return archiveReply(archive, {
      isExact: true,
      onWhole: () => skills.recordUse({ skillId: archive.skillId, kind: 'download', caller, address }),
    })
  })
  mountTwice(app, search, async ({ query }, asked) => interop.search(query, placeOf(asked)))
}

function mountMarketplaces(app: FastifyInstance, { interop }: InteropRoutes): void {
  const kinds = [
    { kind: 'claude', whole: marketplaces.claude, ofPublisher: marketplaces.claudePublisher },
    { kind: 'codex', whole: marketplaces.codex, ofPublisher: marketplaces.codexPublisher },
  ] as const
  for (const { kind, whole, ofPublisher } of kinds) {
    mountTwice(app, whole, async (_, asked) => jsonReply(await interop.marketplace(kind, placeOf(asked))))
    mountTwice(app, ofPublisher, async ({ params }, asked) =>
      jsonReply(await interop.marketplace(kind, placeOf(asked), params.publisher)),
    )
  }
}

function refsReply({ id, tag }: Repository): BytesReply {
  const bytes = Buffer.from(advertisement(id, tag))
  const contentType = 'application/x-git-upload-pack-advertisement'
  return { open: openedFrom(bytes), contentType, sizeBytes: bytes.length }
}

async function packReply(repository: Repository, body: Parameters<typeof uploadPack>[1]): Promise<BytesReply> {
  const { open, sizeBytes } = await uploadPack(repository, body)
  return { open, contentType: 'application/x-git-upload-pack-result', sizeBytes }
}

function mountGit(app: FastifyInstance, { interop, skills }: InteropRoutes): void {
  const marketplace = (repository: string, asked: Asked) =>
    interop.repositoryOfMarketplace(placeOf(asked), repository === WHOLE_REGISTRY ? undefined : repository)

  mountTwice(app, git.skillRefs, async ({ params: { publisher, repository: name } }, { caller }) =>
    refsReply(await interop.repositoryOfSkill({ publisher, name }, caller)),
  )
  mountTwice(app, git.skillPack, async ({ params }, { bytes, caller, address }) => {
    const asked = { publisher: params.publisher, name: params.repository }
    const repository = await interop.repositoryOfSkill(asked, caller)
    const onWhole = () => skills.recordUse({ skillId: repository.skillId, kind: 'download', caller, address })
    return { ...(await packReply(repository, bytes)), onWhole }
  })
  mountTwice(app, git.marketplaceRefs, async ({ params }, asked) =>
    refsReply(await marketplace(params.repository, asked)),
  )
  mountTwice(app, git.marketplacePack, async ({ params }, asked) =>
    packReply(await marketplace(params.repository, asked), asked.bytes),
  )
}

/** The skill of this name at an address of our own API that the command clawhub uses for something else. */
async function ownSkill(skills: Skills, address: { publisher: string; name: string }, { caller }: Asked) {
  const details = await skills.get(address, caller).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'skill.not-found') return null
    throw error
  })
  return details && jsonReply(SkillDetails.parse(details))
}

function mountClaw(app: FastifyInstance, { interop, skills, identity }: InteropRoutes, prefix: string): void {
  const options = { prefix, errorBody: clawErrorBody }
  const download = (archive: Archive, isExact: boolean, { caller, address }: HandlerContext<'public'>): BytesReply =>
    archiveReply(archive, {
      isExact,
      onWhole: () => skills.recordUse({ skillId: archive.skillId, kind: 'download', caller, address }),
    })

  mount(app, claw.search, async ({ query }, asked) => interop.claw.search(query, placeOf(asked)), options)
  mount(
    app,
    claw.get,
    async ({ params, query }, { caller }) => interop.claw.find({ ...params, ...query }, caller),
    options,
  )
  mount(
    app,
    claw.version,
    async ({ params, query }, { caller }) => interop.claw.version({ ...params, ...query }, caller),
    options,
  )
  mount(app, claw.resolve, async ({ query }, { caller }) => interop.claw.resolve(query, caller), options)
  mount(
    app,
    claw.download,
    async ({ query }, asked) => {
      const archive = await interop.claw.download(query, asked.caller)
      return download(archive, query.version === archive.semver, asked)
    },
    options,
  )
  mount(
    app,
    claw.whoami,
    async (_, { caller }) => {
      const { handle, name } = await identity.me(caller)
      return {
        user: {
          handle,
          displayName: name,
          image: null,
          role: caller.role === 'admin' ? ('admin' as const) : ('user' as const),
        },
      }
    },
    options,
  )
}

/** Where nothing of ours is in the way. */
function mountWholeClaw(app: FastifyInstance, { interop }: InteropRoutes): void {
  const options = { prefix: CLAW_PREFIX, errorBody: clawErrorBody }
  const { versions, file } = claw
  mount(
    app,
    versions,
    async ({ params, query: { ownerHandle, ...page } }, { caller }) =>
      interop.claw.versions({ ...params, ownerHandle }, page, caller),
    options,
  )
  mount(
    app,
    file,
    async ({ params, query }, { caller }) => fileReply(await interop.claw.file({ ...params, ...query }, caller)),
    options,
  )
  mount(app, clawOnly.list, async ({ query }, { caller }) => interop.claw.list(query, caller), options)
}

/** Where our own API has a skill of that name, perhaps. */
function mountSharedClaw(app: FastifyInstance, { interop, skills }: InteropRoutes): void {
  const options = { prefix: API_PREFIX, errorBody: clawErrorBody }
  mount(
    app,
    clawShared.versions,
    async ({ params, query: { ownerHandle, ...page } }, asked) =>
      (await ownSkill(skills, { publisher: params.slug, name: 'versions' }, asked)) ??
      jsonReply(await interop.claw.versions({ ...params, ownerHandle }, page, asked.caller)),
    options,
  )
  mount(
    app,
    clawShared.file,
    async ({ params, query: { path, ...which } }, asked) => {
      const own = await ownSkill(skills, { publisher: params.slug, name: 'file' }, asked)
      return own ?? fileReply(await interop.claw.file({ ...params, ...which, path: path ?? 'SKILL.md' }, asked.caller))
    },
    options,
  )
}

/** Everything that clients of others ask for, at the addresses where they ask for it. */
export function mountInterop(app: FastifyInstance, routes: InteropRoutes): void {
  mountDiscovery(app, routes)
  mountMarketplaces(app, routes)
  mountGit(app, routes)
  mountClaw(app, routes, API_PREFIX)
  mountClaw(app, routes, CLAW_PREFIX)
  mountWholeClaw(app, routes)
  mountSharedClaw(app, routes)
  mount(app, wellKnownClaw, async (_, { origin }) => ({ apiBase: `${origin}/clawhub`, authBase: origin }), {
    prefix: '',
  })
}
