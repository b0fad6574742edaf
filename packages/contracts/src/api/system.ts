import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { SkillKind } from '../skill/package.ts'

/** How strongly a run is walled off. L0 none, L1 by the language, L2 by the operating system, L3 by a container. */
export const IsolationLevel = z.enum(['L0', 'L1', 'L2', 'L3'])
export type IsolationLevel = z.infer<typeof IsolationLevel>

/** What an engine runs: executable kinds of skill, and scripts of bundles in a shell. */
export const EngineKind = z.enum([...SkillKind.options, 'shell']).meta({ id: 'EngineKind' })
export type EngineKind = z.infer<typeof EngineKind>

export const EngineStatus = z
  .object({
    kind: EngineKind,
    runnable: z.boolean(),
    isolation: IsolationLevel.nullable(),
    message: z.string().meta({ description: 'Why it is or is not runnable' }),
  })
  .meta({ id: 'EngineStatus' })
export type EngineStatus = z.infer<typeof EngineStatus>

export const SystemStatus = z
  .object({
    name: z.literal('Guildhall'),
    version: z.string(),
    engines: z.array(EngineStatus),
    limits: z.object({ uploadBytes: z.number().int(), unpackedBytes: z.number().int(), files: z.number().int() }),
  })
  .meta({ id: 'SystemStatus' })
export type SystemStatus = z.infer<typeof SystemStatus>

export const system = {
  status: endpoint({
    method: 'GET',
    path: '/system',
    summary: 'What this server is and which kinds of skill it can run',
    access: 'public',
    reply: SystemStatus,
  }),
}
