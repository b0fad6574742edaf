import type { FastifyInstance } from 'fastify'
import { AppError, type Scope } from '@guildhall/contracts'
import { createApp } from '../src/platform/http/app.ts'
import { createLog } from '../src/platform/log/log.ts'

/**
 * The real HTTP edge around a few modules. Instead of accounts, `Bearer <userId>` is that user; `Bearer <userId> <scope>` is a key of
 * theirs with this scope only.
 */
export async function openModuleApp(mountAll: (app: FastifyInstance) => void): Promise<FastifyInstance> {
  const app = await createApp({
    log: createLog('silent'),
    version: '0.0.0',
    publicUrl: null,
    rateLimitPerMinute: 0,
    uploadLimitBytes: 1024 * 1024,
    isReady: async () => true,
    async authenticate({ authorization }) {
      if (authorization === null) return null
      const [, userId, scope] = authorization.split(' ')
      if (!userId?.startsWith('usr_')) throw new AppError('auth.required')
      const scopes = scope === undefined ? ('all' as const) : [scope as Scope]
      return { userId, handle: 'somebody', role: 'user', scopes, via: 'token', sessionId: null }
    },
  })
  mountAll(app)
  await app.ready()
  return app
}
