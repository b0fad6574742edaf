import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Enclosure } from '../../isolation/enclosure.ts'
import type { GuestImage, Mount } from '../../isolation/launch.ts'
import { giveToNobody } from '../../isolation/nobody.ts'
import { startInside } from '../../isolation/start-inside.ts'
import { chooseWalls, NoWallsError, type ProbedGuest, type Walls } from '../../isolation/walls.ts'
import type { RunLimits } from '../../run.ts'
import {
  type Script,
  type ScriptEnclosure,
  type ScriptHost,
  scriptLimits,
  scriptPlaces,
  scriptWords,
} from './script-host.ts'

const PASSWD = 'nobody:x:65534:65534:nobody:/home/guest:/bin/sh\n'
const GROUP = 'nogroup:x:65534:\n'
const PROBE_WITHIN_MS = 10_000

/** The system's programs, which scripts live on, and names for the ids that a script sees. */
function systemMounts(homeDir: string): Mount[] {
  const etcDir = join(homeDir, 'etc')
  mkdirSync(etcDir, { recursive: true })
  writeFileSync(join(etcDir, 'passwd'), PASSWD)
  writeFileSync(join(etcDir, 'group'), GROUP)
  const programs = ['/bin', '/usr/bin', '/usr/share/zoneinfo', '/usr/share/locale', '/etc/alternatives']
  return [
    ...programs.filter((path) => existsSync(path)).map((path) => ({ from: path, to: path })),
    { from: join(etcDir, 'passwd'), to: '/etc/passwd' },
    { from: join(etcDir, 'group'), to: '/etc/group' },
  ]
}

function baseImage(homeDir: string, readOnly: Mount[], memoryBytes: number): GuestImage {
  return {
    readOnly,
    program: '/bin/sh',
    args: () => ['-c', 'echo ready; read -r line'],
    env: () => ({}),
    homeDir,
    emptyDir: join(homeDir, 'empty'),
    fileBytes: scriptLimits.fileBytes,
    temporaryBytes: scriptLimits.temporaryBytes,
    hasTmp: true,
    languageLevel: 'L0',
    syscalls: 'shell',
    memoryBytes,
    tasks: scriptLimits.tasks,
  }
}

/** A shell that says when it runs, and then waits. */
async function startProbe(enclosure: Enclosure): Promise<ProbedGuest> {
  const child = startInside(enclosure.line)
  const ended = Promise.withResolvers<never>()
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString('latin1')).slice(-500)))
  child.stdin.on('error', () => {})
  child.on('error', (error) => ended.reject(error))
  child.on('close', (code) => ended.reject(new NoWallsError(`the probe ended with code ${code}: ${complaint.trim()}`)))
  const timer = setTimeout(() => ended.reject(new NoWallsError('the probe did not start in time')), PROBE_WITHIN_MS)
  ended.promise.catch(() => {})
  const kill = async () => {
    const isGone = child.pid === undefined || child.exitCode !== null || child.signalCode !== null
    const gone = isGone ? null : once(child, 'close')
    child.kill('SIGKILL')
    enclosure.kill()
    await gone
    await enclosure.remove()
  }
  try {
    await Promise.race([once(child.stdout, 'data'), ended.promise])
    return { pid: child.pid ?? -1, kill }
  } catch (error) {
    await kill()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

function imageOf(base: GuestImage, script: Script, limits: RunLimits): GuestImage {
  const [program = 'sh', ...args] = scriptWords(script)
  return {
    ...base,
    readOnly: [...base.readOnly, { from: script.packageDir, to: scriptPlaces.skill }],
    writable: [{ from: script.workspaceDir, to: scriptPlaces.workspace }],
    standsIn: scriptPlaces.workspace,
    program: existsSync(`/usr/bin/${program}`) ? `/usr/bin/${program}` : `/bin/${program}`,
    args: () => args,
    env: () => script.env,
    memoryBytes: limits.memoryBytes,
  }
}

/** Moves a folder; says whether it did: it cannot where the other place is on another disk. */
async function isMoved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EXDEV') return false
    throw error
  }
}

/**
 * Puts up walls around one script. Nobody may reach a folder only where all folders above let everybody through, as ours do: the workspace
 * stands among them until the walls are taken down.
 */
async function encloseScript(
  walls: Walls,
  base: GuestImage,
  script: Script,
  limits: RunLimits,
): Promise<ScriptEnclosure> {
  const isBorrowed = walls.isNobody && (await isMoved(script.workspaceDir, script.borrowedDir))
  const workspaceDir = isBorrowed ? script.borrowedDir : script.workspaceDir
  const giveBack = async () => {
    if (isBorrowed) await rename(script.borrowedDir, script.workspaceDir)
  }
  try {
    if (walls.isNobody) await giveToNobody(workspaceDir)
    const enclosure = walls.enclose(imageOf(base, { ...script, workspaceDir }, limits))
    return {
      ...enclosure,
      workspaceDir,
      wasOutOfMemory: async () => enclosure.usage(-1).isOutOfMemory,
      async remove() {
        await enclosure.remove()
        await giveBack()
      },
    }
  } catch (error) {
    await giveBack()
    throw error
  }
}

/** Scripts within bubblewrap, on the system's own programs. Rejects with NoWallsError where that does not hold here. */
export async function prepareBubblewrapScripts(homeDir: string, memoryBytes: number): Promise<ScriptHost> {
  const base = baseImage(homeDir, systemMounts(homeDir), memoryBytes)
  const walls = await chooseWalls(base, 'auto', startProbe)
  return {
    level: walls.level,
    message: walls.message,
    enclose: (script, limits) => encloseScript(walls, base, script, limits),
  }
}
