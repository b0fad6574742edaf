import { randomUUID } from 'node:crypto'
import { hostMark, isOrphaned } from '../../isolation/host-mark.ts'
import { giveToNobody, isRoot, NOBODY } from '../../isolation/nobody.ts'
import type { RunLimits } from '../../run.ts'
import { containerUsage } from './container-usage.ts'
import { dockerCommand, type DockerCommand, DockerError } from './docker-command.ts'
import {
  type Script,
  type ScriptEnclosure,
  type ScriptHost,
  scriptLimits,
  scriptPlaces,
  scriptWords,
} from './script-host.ts'

const LABEL = 'guildhall.sandbox'
const OPEN_FILES = 256

export interface DockerScriptsOptions {
  /** Socket of the engine: a path, or `unix:///…`. */
  engine: string
  /** Image with the programs that scripts live on. It must be there: none is fetched. */
  image: string
  /** Processors at full speed. Default 1. */
  cpus?: number
}

/** Root's scripts run as nobody; everybody else's as whom the workspace belongs to. */
function userOf(): { uid: number; gid: number } {
  const [uid = NOBODY, gid = NOBODY] = [process.getuid?.(), process.getgid?.()]
  return uid === 0 ? { uid: NOBODY, gid: NOBODY } : { uid, gid }
}

/** What stands around every container, whatever runs in it. */
function walls({ cpus = 1 }: DockerScriptsOptions, memoryBytes: number): string[] {
  const { uid, gid } = userOf()
  const { tasks, fileBytes, temporaryBytes } = scriptLimits
  const options = {
    network: 'none',
    'pids-limit': tasks,
    memory: memoryBytes,
    'memory-swap': memoryBytes,
    cpus,
    'cap-drop': 'ALL',
    'security-opt': 'no-new-privileges',
    user: `${uid}:${gid}`,
    ipc: 'private',
    hostname: 'sandbox',
    'log-driver': 'none',
    pull: 'never',
  }
  const inMemory = [`/tmp:size=${temporaryBytes},noexec`, `/home/guest:size=${temporaryBytes},mode=1777`]
  const ulimits = [`fsize=${fileBytes}`, `nofile=${OPEN_FILES}`, 'core=0']
  return [
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    ...inMemory.map((place) => `--tmpfs=${place},nosuid,nodev`),
    ...ulimits.map((limit) => `--ulimit=${limit}`),
    '--read-only',
    '--interactive',
  ]
}

function mounts({ packageDir, workspaceDir }: Script): string[] {
  return [
    `--mount=type=bind,src=${packageDir},dst=${scriptPlaces.skill},readonly`,
    `--mount=type=bind,src=${workspaceDir},dst=${scriptPlaces.workspace}`,
    `--workdir=${scriptPlaces.workspace}`,
  ]
}

/** What a shell within the walls tells, without any program beside it. */
const PROBE = [
  'while read -r line; do echo "$line"; done </proc/self/status',
  'while read -r line; do echo "device $line"; done </proc/net/dev',
  '(: >/guildhall-probe) 2>/dev/null && echo writable',
  'exit 0',
].join('; ')

/** Asks a container behind these walls whether they stand. Rejects with DockerError. */
async function prove(docker: DockerCommand, options: DockerScriptsOptions, memoryBytes: number): Promise<void> {
  const name = `${hostMark()}${randomUUID()}`
  const named = ['--name', name, '--label', LABEL, '--entrypoint', 'sh']
  try {
    await docker.ask('create', ...named, ...walls(options, memoryBytes), options.image, '-c', PROBE)
    const limits = await docker.ask('inspect', '--format', '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}', name)
    const facts = await docker.ask('start', '--attach', name)
    if (limits !== `${memoryBytes} ${scriptLimits.tasks}`)
      throw new DockerError('it does not limit memory and processes')
    if (!/^CapEff:\s+0+$/m.test(facts)) throw new DockerError('its containers have capabilities')
    if (!/^NoNewPrivs:\s+1$/m.test(facts)) throw new DockerError('its containers may gain privileges')
    if (/^writable$/m.test(facts)) throw new DockerError('its containers may write to their root')
    if (/^device (?!lo:)\S+:/m.test(facts)) throw new DockerError('its containers have a network')
  } finally {
    await removeContainer(docker, name)
  }
}

/** Ends and removes a container. Never rejects: what the engine does not remove now is swept at the next start. */
async function removeContainer(docker: DockerCommand, name: string): Promise<void> {
  await docker.ask('rm', '--force', '--volumes', name).catch(() => '')
}

/** Removes containers of hosts that were killed. */
async function sweep(docker: DockerCommand): Promise<void> {
  const names = await docker.ask('ps', '--all', '--filter', `label=${LABEL}`, '--format', '{{.Names}}')
  await Promise.all(
    names
      .split('\n')
      .filter(isOrphaned)
      .map((name) => removeContainer(docker, name)),
  )
}

/**
 * Scripts in containers without a network, each named, so that it can be killed: ending the command that started a container leaves
 * the container running. Rejects with DockerError where the engine or its image is not there, or does not wall off.
 */
export async function prepareDockerScripts(options: DockerScriptsOptions, memoryBytes: number): Promise<ScriptHost> {
  const docker = dockerCommand(options.engine)
  await docker.ask('version', '--format', '{{.Server.Version}}')
  await docker.ask('image', 'inspect', '--format', '{{.Id}}', options.image)
  await sweep(docker)
  await prove(docker, options, memoryBytes)
  return {
    level: 'L3',
    message: `within a container of Docker (${options.image}) without a network`,
    enclose: async (script, limits) => encloseInContainer(docker, options, script, limits),
  }
}

async function encloseInContainer(
  docker: DockerCommand,
  options: DockerScriptsOptions,
  script: Script,
  { memoryBytes }: RunLimits,
): Promise<ScriptEnclosure> {
  const name = `${hostMark()}${randomUUID()}`
  const [program = 'sh', ...args] = scriptWords(script)
  const env = Object.entries(script.env).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  const named = ['--name', name, '--label', LABEL, '--entrypoint', program]
  if (isRoot()) await giveToNobody(script.workspaceDir)
  const id = await docker.ask(
    'create',
    ...named,
    ...walls(options, memoryBytes),
    ...mounts(script),
    ...env,
    options.image,
    ...args,
  )
  return {
    line: {
      command: docker.path,
      args: [...docker.engine, 'start', '--attach', '--interactive', name],
      env: { NODE_ENV: 'production', PATH: process.env.PATH, HOME: '/nonexistent' },
      cwd: '/',
    },
    // It was created with its limit.
    limitMemory() {},
    usage: containerUsage(id),
    kill() {
      void docker.ask('kill', name).catch(() => '')
    },
    remove: () => removeContainer(docker, name),
    workspaceDir: script.workspaceDir,
    wasOutOfMemory: async () => {
      const answer = await docker.ask('inspect', '--format', '{{.State.OOMKilled}}', name).catch(() => '')
      return answer === 'true'
    },
  }
}
