import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'

export const TrustKey = z
  .object({
    keyId: z.string(),
    algorithm: z.literal('Ed25519'),
    publicKey: z.base64().meta({ description: '32 raw bytes' }),
    createdAt: z.iso.datetime(),
    retiredAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'TrustKey' })
export type TrustKey = z.infer<typeof TrustKey>

export const trust = {
  keys: endpoint({
    method: 'GET',
    path: '/trust/keys',
    summary: 'The keys that sign releases',
    access: 'public',
    reply: z.object({ items: z.array(TrustKey) }),
  }),
}
