import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import { mount } from '../../platform/http/mount.ts'
import { contentTypeOf } from './rules.ts'
import type { Skills } from './service.ts'

export function mountSkills(app: FastifyInstance, skills: Skills): void {
  mount(app, api.skills.list, async ({ query }, { caller }) => skills.list(query, caller))
  mount(app, api.skills.categories, async () => ({ items: await skills.categories() }))
  mount(app, api.skills.get, async ({ params }, { caller }) => skills.get(params, caller))
  mount(app, api.skills.versions, async ({ params, query }, { caller }) => skills.versions(params, query, caller))
  mount(app, api.skills.tags, async ({ params }, { caller }) => ({ items: await skills.tags(params, caller) }))
  mount(app, api.skills.version, async ({ params }, { caller }) => skills.version(params, caller))
  mount(app, api.skills.file, async ({ params, query }, { caller }) => {
    const file = await skills.openFile({ ...params, path: query.path }, caller)
    return {
      content: file.stream,
      contentType: contentTypeOf(file.path),
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
    }
  })
  mount(app, api.skills.download, async ({ params }, { caller }) => {
    const archive = await skills.openArchive(params, caller)
    const { stream, sizeBytes, filename, sha256 } = archive
    return {
      content: stream,
      contentType: 'application/zip',
      sizeBytes,
      filename,
      sha256,
      // A tag moves, and what only some may have is not for the caches of others.
      isImmutable: /^\d/.test(params.version) && archive.isPublic,
    }
  })
}
