import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import type { BytesReply } from '../../platform/http/bytes-reply.ts'
import { mount } from '../../platform/http/mount.ts'
import { contentTypeOf } from './rules.ts'
import type { Archive, Skills } from './service.ts'
import type { Maintenance } from './service/maintain-skills.ts'

/** An archive as an answer. A tag moves, and what only some may have is not for the caches of others. */
export function archiveReply(
  { open, contentType, sizeBytes, filename, sha256, isPublic }: Archive,
  { isExact, onWhole }: { isExact: boolean; onWhole: () => void },
): BytesReply {
  return { open, contentType, sizeBytes, filename, sha256, isImmutable: isExact && isPublic, onWhole }
}

export function mountSkills(app: FastifyInstance, skills: Skills): void {
  mount(app, api.skills.list, async ({ query }, { caller }) => skills.list(query, caller))
  mount(app, api.skills.facets, async ({ query }, { caller }) => skills.facets(query, caller))
  mount(app, api.skills.suggestions, async ({ query }, { caller }) => ({
    items: await skills.suggestions(query, caller),
  }))
  mount(app, api.skills.categories, async () => ({ items: await skills.categories() }))
  mount(app, api.skills.get, async ({ params }, { caller }) => skills.get(params, caller))
  mount(app, api.skills.versions, async ({ params, query }, { caller }) => skills.versions(params, query, caller))
  mount(app, api.skills.tags, async ({ params }, { caller }) => ({ items: await skills.tags(params, caller) }))
  mount(app, api.skills.version, async ({ params }, { caller }) => skills.version(params, caller))
  mount(app, api.skills.diff, async ({ params, query }, { caller }) =>
    skills.diff({ ...params, from: query.from }, caller),
  )
  mount(app, api.skills.dependencies, async ({ params }, { caller }) => ({
    items: await skills.dependencies(params, caller),
  }))
  mount(app, api.skills.file, async ({ params, query }, { caller }) => {
    const file = await skills.findFile({ ...params, path: query.path }, caller)
    return {
      open: file.open,
      contentType: contentTypeOf(file.path),
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
    }
  })
  mount(app, api.skills.download, async ({ params, query }, { caller, address }) => {
    const archive = await skills.findArchive({ ...params, format: query.format }, caller)
    return archiveReply(archive, {
      isExact: params.version === archive.semver,
      onWhole: () => skills.recordUse({ skillId: archive.skillId, kind: 'download', caller, address }),
    })
  })
}

/** Serves what owners and administrators do with skills after their releases. */
export function mountMaintenance(app: FastifyInstance, maintenance: Maintenance): void {
  const { maintenance: changes, transfers } = api
  mount(app, changes.update, ({ params, body }, { caller }) =>
    maintenance.setVisibility(caller, params, body.visibility),
  )
  mount(app, changes.remove, async ({ params, query }, { caller }) => {
    await maintenance.remove(caller, params, query.reason)
    return undefined
  })
  mount(app, changes.deprecate, ({ params, body }, { caller }) => maintenance.deprecate(caller, params, body))
  for (const change of ['yank', 'withdraw', 'suspend'] as const) {
    mount(app, changes[change], ({ params, body }, { caller }) =>
      maintenance.changeVersion(caller, params, { change, reason: body.reason }),
    )
  }
  mount(app, changes.restore, ({ params }, { caller }) =>
    maintenance.changeVersion(caller, params, { change: 'restore', reason: null }),
  )
  mount(app, changes.setTag, ({ params: { tag, ...address }, body }, { caller }) =>
    maintenance.setTag(caller, address, { tag, version: body.version }),
  )
  mount(app, changes.removeTag, async ({ params: { tag, ...address } }, { caller }) => {
    await maintenance.removeTag(caller, address, tag)
    return undefined
  })
  mount(app, changes.rename, ({ params, body }, { caller }) => maintenance.rename(caller, params, body.name))
  mount(app, transfers.offer, ({ params, body }, { caller }) => maintenance.offer(caller, params, body.to))
  mount(app, transfers.list, ({ query }, { caller }) => maintenance.transfers(caller, query))
  mount(app, transfers.accept, ({ params }, { caller }) => maintenance.accept(caller, params.id))
  mount(app, transfers.decline, ({ params }, { caller }) => maintenance.decline(caller, params.id))
  mount(app, transfers.cancel, ({ params }, { caller }) => maintenance.cancel(caller, params.id))
}
