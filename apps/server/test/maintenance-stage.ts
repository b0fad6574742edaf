import type { LightMyRequestResponse } from 'fastify'
import { type Person, startTestServer, type TestServer } from './server.ts'
import { skillArchive } from './skill-archive.ts'

/** A server whose releases need no review, with people on it. */
export interface MaintenanceStage {
  world: TestServer
  owner: Person
  stranger: Person
  admin: Person
  /** Releases these versions of a skill, one after the other. */
  release(author: Person, name: string, versions: readonly string[], query?: Record<string, string>): Promise<void>
  get(path: string, as?: Person): Promise<LightMyRequestResponse>
  send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    as?: Person,
    json?: object,
  ): Promise<LightMyRequestResponse>
}

export async function openMaintenanceStage(): Promise<MaintenanceStage> {
  const world = await startTestServer({ config: { review: 'nobody' } })
  const [owner, stranger, admin] = [
    await world.register('owner'),
    await world.register('stranger'),
    await world.admin(),
  ]
  return {
    world,
    owner,
    stranger,
    admin,
    async release(author, name, versions, query = {}) {
      for (const version of versions) {
        const archive = await skillArchive({ name, body: `Words of ${version}.` })
        await world.publish(author, archive, { version, ...query })
      }
    },
    get: (path, as) => world.call('GET', path, { as }),
    send: (method, path, as, json) => world.call(method, path, { as, ...(json === undefined ? {} : { json }) }),
  }
}
