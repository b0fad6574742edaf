import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A real repository on this disk. */
export interface GitRepository {
  /** `file:///…` */
  url: string
  /** Writes these files, leaves out those that are null, and commits. Answers the commit. */
  commit(files: Record<string, string | null>): Promise<string>
  git(...parameters: string[]): Promise<string>
  close(): Promise<void>
}

export async function createGitRepository(): Promise<GitRepository> {
  const parent = await mkdtemp(join(tmpdir(), 'guildhall-repository-'))
  const folder = join(parent, 'collection')
  const identity = ['-c', 'user.name=Author', '-c', 'user.email=author@guildhall.example', '-c', 'commit.gpgsign=false']
  const git = async (...parameters: string[]): Promise<string> =>
    (await run('git', [...identity, ...parameters], { cwd: folder })).stdout.trim()
  await mkdir(folder)
  await git('init', '--quiet', '--initial-branch=main')
  return {
    url: pathToFileURL(folder).href,
    git,
    async commit(files) {
      for (const [path, text] of Object.entries(files)) {
        const place = join(folder, path)
        if (text === null) await rm(place)
        else {
          await mkdir(dirname(place), { recursive: true })
          await writeFile(place, text)
        }
      }
      await git('add', '--all')
      await git('commit', '--quiet', '--allow-empty', '--message=Change')
      return git('rev-parse', 'HEAD')
    },
    close: () => rm(parent, { recursive: true, force: true }),
  }
}
