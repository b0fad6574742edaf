import { execFileSync } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeSandboxDir } from '../isolation/host-mark.ts'
import type { GuestImage } from '../isolation/launch.ts'
import { findSetpriv } from '../isolation/nobody.ts'
import { chooseWalls, type IsolationWanted, type ProbedGuest, type Walls } from '../isolation/walls.ts'
import type { Enclosure } from '../isolation/enclosure.ts'
import { JobReply } from './job.ts'
import { workshopImage } from './workshop-image.ts'
import { startWorkshopProcess } from './workshop-process.ts'

/** What stands around workshop processes on this machine. */
export interface WorkshopWalls extends Pick<Walls, 'level' | 'message' | 'enclose'> {
  image: GuestImage
  /** Removes what lies on the disk for them. */
  remove(): Promise<void>
}

const PROBE_WITHIN_MS = 15_000

/** The process does not work behind these walls. */
class ProbeError extends Error {
  override readonly name = 'ProbeError'
}

/** Starts a process and lets it refuse a broken image: so its code is found, and so are the native parts of its libraries. */
async function startProbe(enclosure: Enclosure): Promise<ProbedGuest> {
  const probed = startWorkshopProcess(enclosure)
  const end = () => {
    probed.kill()
    return probed.gone
  }
  const timer = setTimeout(() => probed.kill(), PROBE_WITHIN_MS)
  try {
    const answer = await probed.ask({
      text: JSON.stringify({ job: 'image-info', value: {} }),
      blobs: [Buffer.from('no image')],
    })
    const reply = JobReply.parse(JSON.parse(answer.text))
    if (reply.ok || reply.errorType !== 'input_invalid') throw new ProbeError('the process does not find its code')
    return { pid: probed.pid, kill: end }
  } catch (error) {
    await end()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const dyingWithHost = ['--pdeathsig', 'KILL', '--']

/** The program that starts another one so that it dies with us. Null where this system has none. */
function findDeathSignal(): string | null {
  const setpriv = process.platform === 'linux' ? findSetpriv() : null
  if (setpriv === null) return null
  try {
    execFileSync(setpriv, [...dyingWithHost, 'true'], { stdio: 'ignore', timeout: 5_000 })
    return setpriv
  } catch {
    // One of another make, which does not know this.
    return null
  }
}

function boundToHost(image: GuestImage, setpriv: string): GuestImage {
  return { ...image, program: setpriv, args: (pathOf) => [...dyingWithHost, image.program, ...image.args(pathOf)] }
}

/** Without bubblewrap a process in the middle of work would not notice that its host was killed. */
function boundedByLanguage(walls: Walls, image: GuestImage): Pick<WorkshopWalls, 'message' | 'enclose'> {
  const setpriv = findDeathSignal()
  const caveat = 'which bind neither native code nor the network'
  const outlives = setpriv ? [] : ['a process at work may outlive a server that is killed']
  return {
    message: [caveat, walls.message, ...outlives].filter((part) => part !== '').join(', '),
    enclose: (own = image) => walls.enclose(setpriv ? boundToHost(own, setpriv) : own),
  }
}

/** Finds the walls that hold around workshop processes here. Rejects with the reason where no such process works; nothing is left then. */
export async function prepareWorkshopWalls(isolation: IsolationWanted): Promise<WorkshopWalls> {
  const homeDir = await makeSandboxDir()
  const remove = () => rm(homeDir, { recursive: true, force: true })
  try {
    await mkdir(join(homeDir, 'empty'), { mode: 0o500 })
    const image = workshopImage(homeDir)
    const walls = await chooseWalls(image, isolation, startProbe)
    const { level } = walls
    const { message, enclose } = level === 'L1' ? boundedByLanguage(walls, image) : walls
    return { level, message: `Node.js with its permissions, ${message}`, enclose, image, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
