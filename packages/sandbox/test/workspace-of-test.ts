import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** A workspace for each test of a file; gone after it. */
export function useWorkspace(): { readonly dir: string } {
  const workspace = { dir: '' }
  beforeEach(() => {
    workspace.dir = mkdtempSync(join(tmpdir(), 'guildhall-test-'))
  })
  afterEach(() => rmSync(workspace.dir, { recursive: true }))
  return workspace
}
