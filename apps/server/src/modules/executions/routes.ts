import type { FastifyInstance } from 'fastify'
import { api, AppError } from '@guildhall/contracts'
import { mount } from '../../platform/http/mount.ts'
import type { Executions } from './service.ts'

/** `Last-Event-ID` is what a reader saw last, so it wins over the address that it first came with. */
function resumeAfter(lastEventId: string | null, after: number): number {
  if (lastEventId === null) return after
  if (/^\d{1,9}$/.test(lastEventId)) return Number(lastEventId)
  const issues = [{ path: 'header.last-event-id', message: 'must be the id of an event of this run' }]
  throw new AppError('request.invalid', { where: 'header last-event-id', issues })
}

/** Serves everybody's own runs. */
export function mountExecutions(app: FastifyInstance, executions: Executions): void {
  mount(app, api.executions.start, ({ body }, { caller, idempotencyKey }) =>
    executions.start({ userId: caller.userId, idempotencyKey }, body),
  )
  mount(app, api.executions.list, ({ query }, { caller }) => executions.list(caller.userId, query))
  mount(app, api.executions.get, ({ params }, { caller }) => executions.get(caller.userId, params.id))
  mount(app, api.executions.output, async ({ params }, { caller }) => ({
    ...(await executions.output(caller.userId, params.id)),
    contentType: 'application/json; charset=utf-8',
  }))
  mount(app, api.executions.file, async ({ params, query }, { caller }) => ({
    ...(await executions.file(caller.userId, { ...params, ...query })),
    contentType: 'application/octet-stream',
    filename: query.path.split('/').at(-1) ?? 'file',
  }))
  mount(app, api.executions.events, async ({ params, query }, { caller, lastEventId, signal }) =>
    executions.events({
      userId: caller.userId,
      id: params.id,
      after: resumeAfter(lastEventId, query.after),
      signal,
    }),
  )
  mount(app, api.executions.cancel, ({ params }, { caller }) => executions.cancel(caller.userId, params.id))
}
