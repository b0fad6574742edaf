import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describePermissions, noPermissions, type Permissions } from '@guildhall/contracts'
import type { ToolCaller, ToolResult } from '@guildhall/sandbox'
import * as z from 'zod'
import { choose } from '../ask.ts'
import { readJsonFile, writeJsonFile } from '../config/json-file.ts'
import { plainLine } from '../output/plain-text.ts'
import type { Session } from '../session.ts'
import type { SandboxModule } from './load-sandbox.ts'

const Kept = z.object({
  folder: z.string(),
  allowed: z.array(z.string()),
  /** What skills may that are called, by `Asker.id`. */
  callees: z.record(z.string(), z.array(z.string())).default({}),
})

/** Where the answers for a folder are kept: beside the program's own settings, so that nothing of it gets into a package. */
const fileOf = ({ configDir }: Session, folder: string): string =>
  join(configDir, 'dev', `${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`)

/** A skill that is to use a permission. */
export interface Asker {
  /** As people know it. */
  name: string
  /** Which callee it is and where it lies; null for the skill that was started. */
  id: string | null
  /** What it may have at all; the rest is refused further down, without a question. */
  granted: Permissions
}

/** Who decides what skills may do when they run here. */
export interface PermissionKeeper {
  /** Calls go through to `tools` once each permission that they need was allowed to who asks. */
  guard(tools: ToolCaller, asker: Asker): ToolCaller
}

interface KeeperOptions {
  /** Absolute path of the skill that is started. */
  folder: string
  kit: Pick<SandboxModule, 'createStandardTools' | 'isGranted'>
  /** Everything declared is allowed without a question. */
  isAccepted: boolean
}

/** The permissions in which a name of a host or skill is told as it is asked for, not as it is declared. */
function toldBy(permission: string, granted: Permissions): Permissions {
  const [, kind, name = ''] = /^(network|skills):(.+)$/.exec(permission) ?? []
  if (kind === 'network') return { ...noPermissions, network: { hosts: [name] } }
  return kind === 'skills' ? { ...noPermissions, skills: [name] } : granted
}

function wordsOf(permission: string, granted: Permissions): string {
  const statement = describePermissions(toldBy(permission, granted)).find(({ id }) => id === permission)
  return statement ? `${statement.title}. ${statement.consequence}` : permission
}

function refusal(permission: string, tool: string): ToolResult {
  return {
    success: false,
    error: `Permission refused: ${permission} was not allowed on this machine (${tool}); allow it when you are asked, or add --yes`,
    errorType: 'permission_denied',
    recoveryOptions: [],
    metadata: { durationMs: 0 },
  }
}

/**
 * Asks on the terminal for each permission when a skill first uses it; `always` is remembered for the folder of the skill that is started. What
 * one skill was allowed, another one is asked for again.
 */
export async function createPermissionKeeper(session: Session, options: KeeperOptions): Promise<PermissionKeeper> {
  const { folder, kit, isAccepted } = options
  const file = fileOf(session, folder)
  const kept = await readJsonFile(file, Kept, { folder, allowed: [], callees: {} })
  const tools = kit.createStandardTools()
  const answers = new Map<string, boolean>()
  let asking: Promise<unknown> = Promise.resolve()

  function allowedTo({ id }: Asker): string[] {
    if (id === null) return kept.allowed
    return Object.hasOwn(kept.callees, id) ? (kept.callees[id] ?? []) : []
  }

  async function remember(asker: Asker, permission: string): Promise<void> {
    const allowed = [...allowedTo(asker), permission]
    if (asker.id === null) kept.allowed = allowed
    else kept.callees[asker.id] = allowed
    await writeJsonFile(file, kept)
  }

  async function decide(asker: Asker, permission: string): Promise<boolean> {
    if (isAccepted || allowedTo(asker).includes(permission)) return true
    const key = JSON.stringify([asker.id, permission])
    const known = answers.get(key)
    if (known !== undefined) return known
    if (!session.canAsk) return false
    const wish = `The skill ${asker.name} wants to: ${wordsOf(permission, asker.granted)}`
    session.note(session.paint.bold(plainLine(wish)))
    const answer = await choose(session, 'Allow it?', { y: 'yes, this time', a: 'always for this folder', n: 'no' })
    if (answer === 'a') await remember(asker, permission)
    answers.set(key, answer !== 'n')
    return answer !== 'n'
  }

  /** One question at a time, however many calls of however many skills wait for an answer. */
  function decideInTurn(asker: Asker, permission: string): Promise<boolean> {
    const decided = asking.then(() => decide(asker, permission))
    asking = decided.catch(() => undefined)
    return decided
  }

  /** What is to be asked for; nothing where the call is refused anyway. */
  function questionsOf(name: string, args: Parameters<ToolCaller['call']>[1], { granted }: Asker): string[] {
    const tool = tools.find((one) => one.name === name)
    const needed = tool ? [tool.permissionFor(args), ...tool.alsoNeeds] : []
    return needed.every((permission) => kit.isGranted(granted, permission)) ? needed : []
  }

  return {
    guard: (behind, asker) => ({
      used: () => behind.used(),
      settled: async () => behind.settled?.(),
      async call(name, args, signal, onPart) {
        for (const permission of questionsOf(name, args, asker))
          if (!(await decideInTurn(asker, permission))) return refusal(permission, name)
        return behind.call(name, args, signal, onPart)
      },
    }),
  }
}
