import type { FastifyInstance } from 'fastify'
import { api } from '@guildhall/contracts'
import { mount } from '../../platform/http/mount.ts'
import type { Trust } from './service.ts'

export function mountTrust(app: FastifyInstance, trust: Trust): void {
  mount(app, api.trust.keys, async () => ({ items: await trust.keys() }))
}
