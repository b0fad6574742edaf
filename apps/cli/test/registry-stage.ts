import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bundle } from '../bundle.ts'
import { type CliOptions, type CliResult, runCommand, startServer } from './processes.ts'

const admin = { email: 'admin@example.com', password: 'a-long-admin-password' }

export interface Release {
  name: string
  version: string
  /** The text of the skill below its frontmatter. */
  body: string
  /** `@publisher/name@range`, separated by spaces. */
  needs?: string
}

/** A real registry with a publisher, and people with projects of their own. */
export interface RegistryStage {
  url: string
  root: string
  /** Handle of the publisher. */
  handle: string
  /** Publishes a skill of instructions; the publisher needs no review. */
  publish: (release: Release) => Promise<void>
  /** Runs a command as the publisher. */
  publisher: (argv: readonly string[]) => Promise<CliResult>
  /** Runs a command as somebody without an account, in a folder of theirs. */
  run: (folder: string, argv: readonly string[], more?: Partial<CliOptions>) => Promise<CliResult>
  stop: () => Promise<void>
}

/** Writes files below a folder, with the folders around them. */
export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

export function skillMd({ name, body, needs }: Omit<Release, 'version'>): string {
  const metadata = needs === undefined ? '' : `metadata:\n  dependencies: "${needs}"\n`
  return `---\nname: ${name}\ndescription: Says ${name} in a clear voice, for tests.\n${metadata}---\n\n# ${name}\n\n${body}\n`
}

/** The result of a command. Throws where it did not end with 0. */
export async function mustWork(result: Promise<CliResult>): Promise<CliResult> {
  const { code, out, err } = await result
  if (code !== 0) throw new Error(`the command ended with ${code}:\n${out}\n${err}`)
  return { code, out, err }
}

/** Starts the registry, with the program as it is published beside it. Everything lies below one temporary folder, which `stop` removes. */
export async function startRegistry(): Promise<RegistryStage> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'guildhall-installer-')))
  await bundle(join(root, 'program'))
  const entry = join(root, 'program', 'main.js')
  const server = await startServer({
    GUILDHALL_DATA_DIR: join(root, 'data'),
    GUILDHALL_WEB: 'off',
    GUILDHALL_SEED: 'off',
    GUILDHALL_ADMIN_EMAIL: admin.email,
    GUILDHALL_ADMIN_PASSWORD: admin.password,
  })
  const run: RegistryStage['run'] = (folder, argv, more = {}) => {
    const home = join(root, folder)
    const env = { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), GUILDHALL_REGISTRY: server.url, ...more.env }
    return runCommand(argv, { cwd: home, entry, ...more, env })
  }
  const publisher = (argv: readonly string[]) => run('chief', argv)
  await mkdir(join(root, 'chief'))
  await mustWork(run('chief', ['login', '--email', admin.email, '--password-stdin'], { stdin: admin.password }))
  const who: { handle: string } = JSON.parse((await mustWork(publisher(['whoami', '--json']))).out)
  return {
    url: server.url,
    root,
    handle: who.handle,
    run,
    publisher,
    publish: async (release) => {
      await writeFiles(join(root, 'chief', release.name), {
        'SKILL.md': skillMd(release),
        'references/notes.md': release.body,
      })
      await mustWork(publisher(['publish', release.name, '--version', release.version]))
    },
    stop: async () => {
      await server.stop()
      await rm(root, { recursive: true, force: true })
    },
  }
}
