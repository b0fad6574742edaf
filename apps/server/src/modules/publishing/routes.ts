import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import { mount } from '../../platform/http/mount.ts'
import type { Publishing } from './service.ts'

export function mountPublishing(app: FastifyInstance, publishing: Publishing): void {
  mount(app, api.publishing.submit, async ({ params, query }, { caller, bytes, idempotencyKey }) =>
    publishing.submit(caller, { ...query, publisher: params.publisher, bytes, idempotencyKey }),
  )
  mount(app, api.publishing.list, async ({ query }, { caller }) => publishing.list(caller, query))
  mount(app, api.publishing.get, async ({ params }, { caller }) => publishing.get(caller, params.id))
  mount(app, api.review.queue, async ({ query }) => publishing.queue(query))
  mount(app, api.review.approve, async ({ params, body }, { caller }) =>
    publishing.approve({ id: params.id, reviewer: caller, reason: body.reason ?? null }),
  )
  mount(app, api.review.reject, async ({ params, body }, { caller }) =>
    publishing.reject({ id: params.id, reviewer: caller, reason: body.reason }),
  )
}
