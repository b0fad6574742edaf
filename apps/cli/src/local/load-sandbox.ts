import type * as sandboxModule from '@guildhall/sandbox'
import type { Sandbox } from '@guildhall/sandbox'
import { Failure } from '../failures.ts'

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

/** A sandbox of this machine and the package that it comes from. */
export interface OpenSandbox {
  sandbox: Sandbox
  kit: SandboxModule
}

/** Opens a sandbox for as long as the work lasts. Of its engines only those start that something is run in. */
export async function withSandbox<T>(work: (open: OpenSandbox) => Promise<T>): Promise<T> {
  const kit = await loadSandbox()
  const sandbox = kit.createSandbox({ engines: kit.createEngines({ poolSize: 1 }) })
  try {
    return await work({ sandbox, kit })
  } finally {
    await sandbox.close()
  }
}
