import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createShellEngine } from '../engines/shell/shell-engine.ts'
import { findBubblewrap } from './bubblewrap.ts'

const real = findBubblewrap() ?? '/usr/bin/bwrap'
const folders: string[] = []

afterEach(() => {
  vi.unstubAllEnvs()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** What the shell engine says when this script stands in for bubblewrap; `REAL` is the true one. */
async function statusWith(script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'))
  folders.push(folder)
  writeFileSync(
    join(folder, 'bwrap'),
    `#!/bin/sh\n[ "$1" = --help ] && exec ${real} --help\n${script.replaceAll('REAL', real)}\n`,
  )
  // Root's bubblewrap is started by nobody.
  for (const path of [folder, join(folder, 'bwrap')]) chmodSync(path, 0o755)
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`)
  const engine = createShellEngine()
  const status = await engine.status()
  await engine.close()
  return status
}

/** Passes all options on but these, each of which takes one word. */
const without = (option: string) => `skip=
for word; do shift
  [ -n "$skip" ] && { skip=; continue; }
  [ "$word" = ${option} ] && { skip=1; continue; }
  set -- "$@" "$word"
done
exec REAL "$@"`

describe('the self-test of walls', () => {
  it('reaches L2 with the real bubblewrap and names all that stands', async () => {
    const status = await statusWith('exec REAL "$@"')
    expect(status).toMatchObject({ runnable: true, isolation: 'L2' })
    expect(status.message).toMatch(/^Scripts within bubblewrap, seccomp, /)
  })

  it.each([
    ['only runs the program', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"', 'namespaces of its own'],
    ['shares the network', 'shift; exec REAL --unshare-all --share-net "$@"', 'namespaces of its own'],
    ['leaves another folder writable', 'exec REAL --bind /var/tmp /var/tmp "$@"', 'may write to /var/tmp'],
    ['does not start', 'echo "no user namespaces" >&2; exit 1', 'no user namespaces'],
  ])('believes no bubblewrap that %s', async (_what, script, reason) => {
    const status = await statusWith(script)
    expect(status).toMatchObject({ runnable: false, isolation: null })
    expect(status.message).toContain('Scripts are refused')
    expect(status.message).toContain(reason)
  })

  it('says when the filter of system calls does not hold', async () => {
    const status = await statusWith(without('--seccomp'))
    expect(status).toMatchObject({ runnable: true, isolation: 'L2' })
    expect(status.message).toContain('without seccomp (the guest is not filtered)')
  })
})
