import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Docker did not do what it was asked; the message is its own. */
export class DockerError extends Error {
  override readonly name = 'DockerError'
}

const ANSWER_WITHIN_MS = 20_000
const ANSWER_BYTES = 1024 * 1024

/** Speaks to one engine of Docker, by its own command. */
export interface DockerCommand {
  path: string
  /** Goes before every command: which engine. */
  engine: string[]
  /** What the command writes, trimmed. Rejects with DockerError. */
  ask(...args: string[]): Promise<string>
}

function findDocker(): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/bin']
  const path = folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'docker'))
    .find(existsSync)
  if (path === undefined) throw new DockerError('its command "docker" is not installed')
  return path
}

/** `engine` is a socket's path or `unix:///its/path`: folders are mounted, so it must run on this machine. Throws DockerError. */
export function dockerCommand(engine: string): DockerCommand {
  const socket = engine.startsWith('unix://') ? engine.slice('unix://'.length) : engine
  if (!socket.startsWith('/'))
    throw new DockerError(`${engine} is not a socket on this machine (unix:///var/run/docker.sock)`)
  const path = findDocker()
  const words = ['--host', `unix://${socket}`]
  const ask = (...args: string[]) =>
    new Promise<string>((resolve, reject) => {
      const options = { timeout: ANSWER_WITHIN_MS, killSignal: 'SIGKILL', maxBuffer: ANSWER_BYTES } as const
      execFile(path, [...words, ...args], options, (error, stdout, stderr) => {
        if (error) reject(new DockerError((stderr.trim() || error.message).slice(0, 500)))
        else resolve(stdout.trim())
      })
    })
  return { path, engine: words, ask }
}
