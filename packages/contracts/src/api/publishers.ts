import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { Handle } from '../skill/names.ts'

export const Publisher = z
  .object({
    handle: Handle,
    displayName: z.string(),
    kind: z.enum(['user', 'agent', 'team']),
    verified: z.boolean().meta({ description: 'Releases need no review by an administrator' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Publisher' })
export type Publisher = z.infer<typeof Publisher>

export const publishers = {
  get: endpoint({
    method: 'GET',
    path: '/publishers/{publisher}',
    summary: 'The public profile of a publisher',
    access: 'public',
    params: z.object({ publisher: Handle }),
    reply: Publisher,
    errors: ['publisher.not-found'],
  }),
}
