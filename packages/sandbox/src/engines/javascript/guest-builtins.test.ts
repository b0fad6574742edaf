import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { findDenoBinary } from './deno-binary.ts'

it('every built-in module that this Deno has is blocked by name', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
  try {
    const script = join(dir, 'list.js')
    await writeFile(script, "console.log(JSON.stringify((await import('node:module')).builtinModules))")
    const env = { NODE_ENV: 'test' as const, DENO_DIR: join(dir, 'deno'), NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' }
    const args = ['run', '--quiet', '--no-config', '--no-remote', '--no-npm', script]
    const { stdout } = await promisify(execFile)(findDenoBinary(), args, { env })
    const names = z.array(z.string()).parse(JSON.parse(stdout))
    const text = await readFile(new URL('./guest/import-map.json', import.meta.url), 'utf8')
    const { imports } = z.object({ imports: z.record(z.string(), z.null()) }).parse(JSON.parse(text))
    const missing = names
      .map((name) => (name.startsWith('node:') ? name : `node:${name}`))
      .filter((name) => !(name in imports))
    expect(names.length).toBeGreaterThan(30)
    expect(missing).toEqual([])
  } finally {
    await rm(dir, { recursive: true })
  }
})
