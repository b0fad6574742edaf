import { createPlaces, type Places } from './places.ts'
import type { WorkshopProcess } from './workshop-process.ts'

/** Why there is no process: no other one will be started, either. */
export class FloorClosed extends Error {
  override readonly name = 'FloorClosed'
  constructor() {
    super('The workshops are closed')
  }
}

/** Where the processes of all runs stand: so many at once, and each for one run. */
export interface Floor {
  /** Starts a process as soon as there is room. Rejects when the signal aborts before, and with what starting throws. */
  start(signal: AbortSignal): Promise<WorkshopProcess>
  /** The process has nothing to do. It stays for the run that has it, unless somebody waits, until that run ends or some time is over. */
  rest(process: WorkshopProcess, runSignal: AbortSignal): void
  /** Takes a process back to work. False where it has ended or is being ended. */
  wake(process: WorkshopProcess): boolean
  /** Ends every process. Resolves when none is left. */
  close(): Promise<void>
}

export interface FloorOptions {
  /** The most processes at once. */
  processes: number
  /** How long a process stays that has nothing to do. */
  idleMs: number
  start: () => Promise<WorkshopProcess>
}

/** A floor without processes. */
export function createFloor(options: FloorOptions): Floor {
  return new LimitedFloor(options)
}

class LimitedFloor implements Floor {
  private readonly options: FloorOptions
  private readonly places: Places
  private readonly closing = new AbortController()
  private readonly starting = new Set<Promise<WorkshopProcess>>()
  private readonly all = new Set<WorkshopProcess>()
  /** Those without work, the longest first, with what stops waiting for their end. */
  private readonly resting = new Map<WorkshopProcess, () => void>()

  constructor(options: FloorOptions) {
    this.options = options
    this.places = createPlaces(options.processes, () => this.makeRoom())
  }

  async start(signal: AbortSignal): Promise<WorkshopProcess> {
    await this.places.take(AbortSignal.any([signal, this.closing.signal]))
    const started = this.options.start()
    this.starting.add(started)
    try {
      const process = await started
      this.keep(process)
      if (this.closing.signal.aborted) process.kill()
      return process
    } catch (error) {
      this.places.giveBack()
      throw error
    } finally {
      this.starting.delete(started)
    }
  }

  rest(process: WorkshopProcess, runSignal: AbortSignal) {
    if (process.hasEnded) return
    if (this.places.areWanted || runSignal.aborted || this.closing.signal.aborted) return process.kill()
    const onEnd = () => this.dismiss(process)
    const timer = setTimeout(onEnd, this.options.idleMs)
    timer.unref()
    runSignal.addEventListener('abort', onEnd, { once: true })
    this.resting.set(process, () => {
      clearTimeout(timer)
      runSignal.removeEventListener('abort', onEnd)
    })
  }

  wake(process: WorkshopProcess): boolean {
    const stopWaiting = this.resting.get(process)
    stopWaiting?.()
    return this.resting.delete(process) && !process.hasEnded
  }

  async close(): Promise<void> {
    this.closing.abort(new FloorClosed())
    await Promise.allSettled(this.starting)
    const ends = [...this.all].map((process) => process.gone)
    for (const process of this.all) this.dismiss(process)
    await Promise.all(ends)
  }

  private makeRoom() {
    const [longest] = this.resting.keys()
    if (longest) this.dismiss(longest)
  }

  private dismiss(process: WorkshopProcess) {
    this.wake(process)
    process.kill()
  }

  /** Its place is free when nothing of it is left, not before. */
  private keep(process: WorkshopProcess) {
    this.all.add(process)
    void process.gone.then(() => {
      this.wake(process)
      this.all.delete(process)
      this.places.giveBack()
    })
  }
}
