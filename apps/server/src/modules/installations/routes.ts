import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import { mount } from '../../platform/http/mount.ts'
import type { Installations } from './service.ts'

/** Serves everybody's own library. */
export function mountInstallations(app: FastifyInstance, installations: Installations): void {
  mount(app, api.installations.install, ({ body }, { caller }) => installations.install(caller, body))
  mount(app, api.installations.list, ({ query }, { caller }) => installations.list(caller, query))
  mount(app, api.installations.get, ({ params }, { caller }) => installations.get(caller, params.id))
  mount(app, api.installations.changeVersion, ({ params, body }, { caller }) =>
    installations.changeVersion(caller, params.id, body),
  )
  mount(app, api.installations.secrets, ({ params }, { caller }) => installations.secrets(caller.userId, params.id))
  mount(app, api.installations.setSecret, ({ params, body }, { caller }) =>
    installations.setSecret({ ...params, holder: caller.userId }, body.value),
  )
  mount(app, api.installations.removeSecret, async ({ params }, { caller }) => {
    await installations.removeSecret({ ...params, holder: caller.userId })
    return undefined
  })
  mount(app, api.installations.uninstall, async ({ params }, { caller }) => {
    await installations.uninstall(caller.userId, params.id)
    return undefined
  })
}
