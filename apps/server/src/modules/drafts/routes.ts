import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import { mount } from '../../platform/http/mount.ts'
import type { Drafts } from './service.ts'

/** Serves everybody's own drafts. */
export function mountDrafts(app: FastifyInstance, drafts: Drafts): void {
  mount(app, api.drafts.create, ({ query }, { caller, bytes }) =>
    drafts.create(caller.userId, { filename: query.filename, bytes }),
  )
  mount(app, api.drafts.list, ({ query }, { caller }) => drafts.list(caller.userId, query))
  mount(app, api.drafts.get, ({ params }, { caller }) => drafts.get(caller.userId, params.id))
  mount(app, api.drafts.remove, async ({ params }, { caller }) => {
    await drafts.remove(caller.userId, params.id)
    return undefined
  })
}
