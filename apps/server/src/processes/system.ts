import type { FastifyInstance } from 'fastify'
import { api, type EngineStatus } from '@guildhall/contracts'
import { defaultLimits } from '@guildhall/skill-format'
import { mount } from '../platform/http/mount.ts'

export interface SystemFacts {
  version: string
  engines: EngineStatus[]
  uploadLimitBytes: number
}

/** What this server is: belongs to no module. */
export function mountSystem(app: FastifyInstance, facts: SystemFacts): void {
  mount(app, api.system.status, async () => ({
    name: 'Guildhall' as const,
    version: facts.version,
    engines: facts.engines,
    limits: {
      uploadBytes: facts.uploadLimitBytes,
      unpackedBytes: defaultLimits.maxTotalBytes,
      files: defaultLimits.maxFiles,
    },
  }))
}
