import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandIndex } from '../src/command-index.ts'
import { completionScript } from '../src/completion/scripts.ts'
import { cliBinary, nodeBinary } from './processes.ts'
import { runHere } from './in-process.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-completion-'))
  await writeFile(
    join(folder, 'guildhall.lock'),
    '{"skills":[{"name":"@acme/tea"},{"name":"@acme/toast"},{"name":"x y"}]}',
  )
  await writeFile(join(folder, 'guildhall'), `#!/bin/sh\nexec "${nodeBinary}" "${cliBinary}" "$@"\n`)
  await chmod(join(folder, 'guildhall'), 0o755)
  await writeFile(join(folder, 'guildhall.bash'), completionScript('bash', commandIndex) ?? '')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What real bash puts on the line: its own breaking of words, then the function that the script registers. */
async function bashReplies(line: string): Promise<string[]> {
  const script = `
    source ./guildhall.bash
    COMP_LINE=$1 COMP_POINT=\${#1}
    $(complete -p guildhall | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder }
  const parameters = ['--norc', '-c', script, 'bash', line]
  const { stdout } = await promisify(execFile)('bash', parameters, { cwd: folder, env })
  return stdout.split('\n').filter((reply) => reply !== '')
}

describe('completion in bash', () => {
  it('knows commands, subcommands, options and values', async () => {
    expect(await bashReplies('guildhall un')).toEqual(['unpublish', 'uninstall'])
    expect(await bashReplies('guildhall transfer ac')).toEqual(['accept'])
    expect(await bashReplies('guildhall search --s')).toEqual(['--sort'])
    expect(await bashReplies('guildhall search --sort pop')).toEqual(['popular'])
    expect(await bashReplies('guildhall completion ')).toEqual(['bash', 'zsh', 'fish'])
  })

  it('knows what is installed here, and gives back only what bash does not keep of the word', async () => {
    expect(await bashReplies('guildhall remove ')).toEqual(['@acme/tea', '@acme/toast'])
    expect(await bashReplies('guildhall remove @acme/te')).toEqual(['acme/tea'])
  })

  it('says nothing where it knows nothing, so that bash goes on with files', async () => {
    expect(await bashReplies('guildhall publish ')).toEqual([])
    expect(await bashReplies('guildhall nothing --')).toEqual([])
  })
})

describe('completion in other shells', () => {
  it('has every command once, and no quote that ends early', () => {
    for (const shell of ['zsh', 'fish']) {
      const script = completionScript(shell, commandIndex) ?? ''
      expect(script.match(/'/g)?.length).toSatisfy((count: number) => count % 2 === 0)
      expect(script).toContain('unpublish')
    }
    expect(completionScript('tcsh', commandIndex)).toBeNull()
  })

  it('is refused with the names of those that there are', async () => {
    const { code, err } = await runHere(['completion', 'tcsh'], { folder })
    expect([code, err]).toEqual([2, expect.stringContaining('bash, zsh, fish')])
  })
})
