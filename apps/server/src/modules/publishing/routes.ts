import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import { mount } from '../../platform/http/mount.ts'
import type { Publishing } from './service.ts'
import type { Imports } from './service/imports.ts'

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
  mountImports(app, publishing.imports)
}

function mountImports(app: FastifyInstance, imports: Imports): void {
  mount(app, api.imports.start, async ({ params, body }, { caller, idempotencyKey }) =>
    imports.start(caller, { ...body, publisher: params.publisher, idempotencyKey }),
  )
  mount(app, api.imports.list, async ({ query }, { caller }) => imports.list(caller, query))
  mount(app, api.imports.get, async ({ params }, { caller }) => imports.get(caller, params.id))
}
