import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** No Deno binary could be found; the message says where it was looked for. */
export class DenoNotFoundError extends Error {
  override readonly name = 'DenoNotFoundError'
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function platformPackage(): string {
  const target = `${process.platform}-${process.arch}`
  return `@deno/${process.platform === 'linux' ? `${target}-glibc` : target}`
}

/**
 * The path of the Deno that the npm package `deno` brings: beside its package.json, where its install script links it, or, where that script
 * did not run, in the platform package. Throws DenoNotFoundError.
 */
export function findDenoBinary(): string {
  const require = createRequire(import.meta.url)
  const fileName = process.platform === 'win32' ? 'deno.exe' : 'deno'
  const tried: string[] = []
  for (const name of ['deno', platformPackage()]) {
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), fileName)
      if (isExecutable(path)) return path
      tried.push(path)
    } catch {
      tried.push(`package ${name}`)
    }
  }
  throw new DenoNotFoundError(`No Deno binary (looked at ${tried.join(', ')}); run npm ci on a supported platform`)
}
