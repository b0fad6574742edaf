import type * as sandboxModule from '@guildhall/sandbox'
import type { Sandbox } from '@guildhall/sandbox'
import { Failure } from '../failures.ts'
import type { LocalSkill } from './local-skill.ts'

export type SandboxModule = typeof sandboxModule

/** The sandbox brings engines of its own, so it is a package of its own, loaded by the commands that run skills here. */
export async function loadSandbox(): Promise<SandboxModule> {
  try {
    return await import('@guildhall/sandbox')
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause
    throw new Failure('The sandbox, in which skills run on this machine, is not installed', {
      remedy: 'Install it beside this program: `npm install --global @guildhall/sandbox`.',
      cause,
    })
  }
}

/** Opens a sandbox with the engine for one kind of skill for as long as the work lasts. */
export async function withSandbox<T>(
  kind: LocalSkill['summary']['kind'],
  work: (sandbox: Sandbox, kit: SandboxModule) => Promise<T>,
): Promise<T> {
  const kit = await loadSandbox()
  const sandbox = kit.createSandbox({
    engines: kit.createEngines({ poolSize: 1 }).filter((engine) => engine.kind === kind),
  })
  try {
    return await work(sandbox, kit)
  } finally {
    await sandbox.close()
  }
}
