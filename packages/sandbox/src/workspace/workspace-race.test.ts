import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ToolFailure } from '../broker/tool.ts'
import { deleteWorkspacePath } from './delete-path.ts'
import { listWorkspace } from './workspace-entries.ts'
import { readWorkspaceFile, writeWorkspaceFile } from './workspace-files.ts'

/* Turns a folder into a link to the outside and back, as fast as it can. */
const swapper = `
  const { renameSync, rmSync, symlinkSync, writeSync } = require('node:fs')
  // In the moment in which there is neither, a tool may make the folder anew.
  const take = (change) => {
    for (;;)
      try {
        return change()
      } catch {
        clear()
      }
  }
  const clear = () => {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // A tool has just put something into it.
    }
  }
  const [folder, outside] = process.argv.slice(1)
  writeSync(1, 'ready')
  for (;;) {
    renameSync(folder, folder + '-aside')
    take(() => symlinkSync(outside, folder))
    clear()
    take(() => renameSync(folder + '-aside', folder))
  }
`

let root: string
let dir: string
let racing: ChildProcess
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
  dir = join(root, 'workspace')
  const outside = join(root, 'outside')
  await mkdir(join(dir, 'sub'), { recursive: true })
  await mkdir(outside)
  await writeFile(join(outside, 'file.txt'), 'secret')
  await writeFile(join(outside, 'other.txt'), 'secret')
  racing = spawn(process.execPath, ['-e', swapper, join(dir, 'sub'), outside], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => racing.stdout?.once('data', resolve))
})
afterEach(async () => {
  const ended = new Promise((resolve) => racing.once('exit', resolve))
  if (racing.kill('SIGKILL')) await ended
  await rm(root, { recursive: true })
})

it('a program that swaps a folder for a link while tools work in it leads none of them out', async () => {
  const outcomes = { done: 0, refused: 0 }
  const seen: string[] = []
  const uses = [
    () => writeWorkspaceFile(dir, 'sub/file.txt', Buffer.from('own')),
    async () => seen.push((await readWorkspaceFile(dir, 'sub/file.txt')).toString()),
    async () => seen.push(...(await listWorkspace(dir, '')).map(({ path }) => path)),
    () => writeWorkspaceFile(dir, 'sub/new/made.txt', Buffer.from('own')),
    () => deleteWorkspacePath(dir, 'sub/other.txt', { recursive: true }),
    () => deleteWorkspacePath(dir, 'sub/new', { recursive: true }),
  ]
  // Goes on until both ways a use can end have been met often.
  while (racing.exitCode === null && (outcomes.done < 60 || outcomes.refused < 60))
    for (const use of uses)
      await use().then(
        () => (outcomes.done += 1),
        (error: unknown) => {
          if (!(error instanceof ToolFailure)) throw error
          outcomes.refused += 1
        },
      )
  expect(racing.exitCode).toBe(null)
  expect(seen).not.toContain('secret')
  expect(seen.filter((path) => path.includes('other.txt'))).toEqual([])
  expect((await readdir(join(root, 'outside'))).sort()).toEqual(['file.txt', 'other.txt'])
  for (const name of ['file.txt', 'other.txt'])
    expect(await readFile(join(root, 'outside', name), 'utf8')).toBe('secret')
})
