import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describePermissions, noPermissions, type Permissions } from '@guildhall/contracts'
import type { Tool, ToolCaller, ToolResult } from '@guildhall/sandbox'
import * as z from 'zod'
import { choose } from '../ask.ts'
import { readJsonFile, writeJsonFile } from '../config/json-file.ts'
import { plainLine } from '../output/plain-text.ts'
import type { Session } from '../session.ts'

const Kept = z.object({ folder: z.string(), allowed: z.array(z.string()) })

/** Where the answers for a folder are kept: beside the program's own settings, so that nothing of it gets into a package. */
const fileOf = ({ configDir }: Session, folder: string): string =>
  join(configDir, 'dev', `${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`)

/** Who decides what a skill may do when it runs here. */
export interface PermissionKeeper {
  /** Calls go through to `tools` once each permission that they need was allowed. */
  guard(tools: ToolCaller): ToolCaller
}

interface KeeperOptions {
  /** Absolute path of the skill. */
  folder: string
  /** What permissions.json asks for; the rest is refused further down, whatever is answered here. */
  declared: Permissions
  tools: readonly Pick<Tool, 'name' | 'permissionFor' | 'alsoNeeds'>[]
  /** Everything declared is allowed without a question. */
  isAccepted: boolean
}

function wordsOf(permission: string, declared: Permissions): string {
  const host = permission.startsWith('network:') ? permission.slice('network:'.length) : null
  const asked = host === null ? declared : { ...noPermissions, network: { hosts: [host] } }
  const statement = describePermissions(asked).find(({ id }) => id === permission)
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

/** Asks on the terminal for each permission when it is first used; `always` is remembered for the folder. */
export async function createPermissionKeeper(session: Session, options: KeeperOptions): Promise<PermissionKeeper> {
  const { folder, declared, isAccepted } = options
  const file = fileOf(session, folder)
  const kept = await readJsonFile(file, Kept, { folder, allowed: [] })
  const answers = new Map<string, boolean>(kept.allowed.map((permission) => [permission, true]))
  let asking: Promise<unknown> = Promise.resolve()

  async function decide(permission: string): Promise<boolean> {
    const known = answers.get(permission)
    if (known !== undefined || isAccepted) return known ?? true
    if (!session.canAsk) return false
    session.note(session.paint.bold(`The skill wants to: ${plainLine(wordsOf(permission, declared))}`))
    const answer = await choose(session, 'Allow it?', { y: 'yes, this time', a: 'always for this folder', n: 'no' })
    if (answer === 'a') {
      kept.allowed.push(permission)
      await writeJsonFile(file, kept)
    }
    answers.set(permission, answer !== 'n')
    return answer !== 'n'
  }

  /** One question at a time, however many calls wait for an answer. */
  function decideInTurn(permission: string): Promise<boolean> {
    const decided = asking.then(() => decide(permission))
    asking = decided.catch(() => undefined)
    return decided
  }

  function neededBy(name: string, args: Parameters<ToolCaller['call']>[1]): string[] {
    const tool = options.tools.find((one) => one.name === name)
    return tool ? [tool.permissionFor(args), ...tool.alsoNeeds] : []
  }

  return {
    guard: (tools) => ({
      used: () => tools.used(),
      async call(name, args, signal, onPart) {
        for (const permission of neededBy(name, args))
          if (!(await decideInTurn(permission))) return refusal(permission, name)
        return tools.call(name, args, signal, onPart)
      },
    }),
  }
}
