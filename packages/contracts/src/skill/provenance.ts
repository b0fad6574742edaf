import * as z from 'zod'
import { Sha256 } from './names.ts'

/** Where the content of a version came from; recorded once, never changed. */
export const Provenance = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('upload'), filename: z.string().max(255), sha256: Sha256 }),
    z.object({
      kind: z.literal('git'),
      repository: z.string().max(2048).meta({ description: 'URL without credentials' }),
      ref: z.string().max(256).nullable().meta({ description: 'Branch or tag that was asked for' }),
      commit: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/),
      path: z.string().max(1024).meta({ description: 'Folder of the skill in the repository; empty for its root' }),
    }),
  ])
  .meta({ id: 'Provenance' })
export type Provenance = z.infer<typeof Provenance>
