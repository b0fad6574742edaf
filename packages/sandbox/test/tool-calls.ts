import { type DeclaredPermissions, type JsonValue, normalizePermissions } from '@guildhall/contracts'
import { afterAll } from 'vitest'
import { createBroker } from '../src/broker/broker.ts'
import type { ToolResult } from '../src/run.ts'
import { createMemoryStorage } from '../src/tools/memory-storage.ts'
import { createWorkshops } from '../src/workshop/workshops.ts'

/* One for a whole file of tests, so that they share a process, as the calls of one run do. */
const workshops = createWorkshops()
const workshop = workshops.forRun()
afterAll(() => workshops.close())

interface Setting {
  granted: DeclaredPermissions
  workspaceDir?: string
}

/** A skill's way to the tools of this host, with these permissions. Faults of a tool are thrown, so that no test takes one for a refusal. */
export function toolsWith({ granted, workspaceDir }: Setting) {
  const faults: unknown[] = []
  const broker = createBroker({
    permissions: normalizePermissions(granted),
    workspaceDir: workspaceDir ?? null,
    storage: createMemoryStorage(),
    workshops: { forRun: () => workshop },
    onToolCall: ({ cause }) => void (cause === null ? null : faults.push(cause)),
  })
  return async (name: string, args: JsonValue, signal = new AbortController().signal): Promise<ToolResult> => {
    const answer = await broker.call(name, args, signal)
    if (faults.length > 0) throw new Error(`${name} has a fault`, { cause: faults[0] })
    return answer
  }
}
