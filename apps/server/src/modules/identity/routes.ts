import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import { mount } from '../../platform/http/mount.ts'
import type { Identity } from './service.ts'

/** Serves accounts, sessions and API keys, the public profile of publishers, and the administration of both. */
export function mountIdentity(app: FastifyInstance, identity: Identity): void {
  mountAccounts(app, identity)
  mountKeys(app, identity)
  mountAdministration(app, identity)
  mount(app, api.publishers.get, ({ params }) => identity.publisherProfile(params.publisher))
}

function mountAccounts(app: FastifyInstance, identity: Identity): void {
  mount(app, api.auth.register, async ({ body: { transport, ...account } }, visit) => {
    const { signedIn, cookie } = await identity.register(account, { transport, visit: visitOf(visit) })
    if (cookie !== null) visit.setCookie(cookie)
    return signedIn
  })
  mount(app, api.auth.login, async ({ body: { transport, ...credentials } }, visit) => {
    const { signedIn, cookie } = await identity.login(credentials, { transport, visit: visitOf(visit) })
    if (cookie !== null) visit.setCookie(cookie)
    return signedIn
  })
  mount(app, api.auth.logout, async (_input, context) => {
    const { cookie } = await identity.logout(context.caller)
    context.setCookie(cookie)
    return undefined
  })
  mount(app, api.auth.me, (_input, { caller }) => identity.me(caller))
  mount(app, api.auth.changePassword, async ({ body }, { caller }) => {
    await identity.changePassword(caller, body)
    return undefined
  })
  mount(app, api.auth.refresh, ({ body }) => identity.refresh(body.refreshToken))
}

function visitOf({ address, userAgent }: { address: string; userAgent: string | null }) {
  return { address, userAgent }
}

function mountKeys(app: FastifyInstance, identity: Identity): void {
  mount(app, api.auth.listKeys, ({ query }, { caller }) => identity.listKeys(caller, query))
  mount(app, api.auth.createKey, ({ body }, { caller }) => identity.createKey(caller, body))
  mount(app, api.auth.revokeKey, async ({ params }, { caller }) => {
    await identity.revokeKey(caller, params.id)
    return undefined
  })
}

function mountAdministration(app: FastifyInstance, identity: Identity): void {
  mount(app, api.admin.users, ({ query }) => identity.listUsers(query))
  mount(app, api.admin.changeUser, ({ params, body }, { caller }) =>
    identity.changeUser(caller, { id: params.id, change: body }),
  )
  mount(app, api.admin.changePublisher, ({ params, body }, { caller }) =>
    identity.changePublisher(caller, { handle: params.publisher, verified: body.verified }),
  )
}
