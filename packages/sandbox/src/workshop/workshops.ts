import { availableParallelism } from 'node:os'
import type { IsolationLevel } from '@guildhall/contracts'
import { ToolFailure } from '../broker/tool-failure.ts'
import type { IsolationWanted } from '../isolation/walls.ts'
import { createFloor } from './floor.ts'
import { createWorkshop, type Workshop } from './workshop.ts'
import { startWorkshopProcess, type WorkshopProcess } from './workshop-process.ts'
import { prepareWorkshopWalls, type WorkshopWalls } from './workshop-walls.ts'

/** What stands around the processes, for people. */
export interface WorkshopStatus {
  /** Null where no process works here. */
  isolation: IsolationLevel | null
  message: string
}

/** The workshops of all runs of a host, which share a limited number of processes. */
export interface Workshops {
  forRun(): Workshop
  /** Tests once what this machine can do, and says so. */
  status(): Promise<WorkshopStatus>
  /** Ends every process and leaves no file behind. Whoever waits for a process is told that the run has ended. */
  close(): Promise<void>
}

export interface WorkshopsOptions {
  /** Default `auto`: the strongest that holds. */
  isolation?: IsolationWanted
  /** Where less is reached, no file is worked on. Default `L1`. */
  minimumIsolation?: IsolationLevel
  /** The most processes at once, for all runs together. Default: one for each processor, at least 2. */
  processes?: number
  /** How long a process is kept that has nothing to do. Default 30 seconds. */
  idleMs?: number
}

const LEAST_PROCESSES = 2
const IDLE_MS = 30_000

/** Finds out what this machine can do when it is first asked. Two at once wait for the same answer; a failure is not kept. */
function createPreparation(isolation: IsolationWanted) {
  let prepared: Promise<WorkshopWalls> | null = null
  return {
    ready(): Promise<WorkshopWalls> {
      if (prepared) return prepared
      const preparing = prepareWorkshopWalls(isolation)
      prepared = preparing
      // A machine that was too busy to start a process may manage later.
      preparing.catch(() => {
        prepared = null
      })
      return preparing
    },
    async remove() {
      const walls = await prepared?.catch(() => null)
      prepared = null
      await walls?.remove()
    },
  }
}

/** Why nothing may be worked on behind these walls; null where it may. */
function refusalOf({ level }: WorkshopWalls, minimum: IsolationLevel): string | null {
  // The levels are named so that they sort.
  return level >= minimum ? null : `refused: this host demands ${minimum} around work on files, and here it is ${level}`
}

/** Workshops that start nothing until the first job. */
export function createWorkshops(options: WorkshopsOptions = {}): Workshops {
  const { minimumIsolation = 'L1' } = options
  const preparation = createPreparation(options.isolation ?? 'auto')
  const floor = createFloor({
    processes: options.processes ?? Math.max(LEAST_PROCESSES, availableParallelism()),
    idleMs: options.idleMs ?? IDLE_MS,
    start,
  })

  async function start(): Promise<WorkshopProcess> {
    const walls = await preparation.ready()
    const refusal = refusalOf(walls, minimumIsolation)
    if (refusal !== null) throw new ToolFailure('not_configured', `Files are not worked on here: ${refusal}`)
    return startWorkshopProcess(walls.enclose())
  }

  return {
    forRun: () => createWorkshop(floor),
    async status() {
      try {
        const walls = await preparation.ready()
        const refusal = refusalOf(walls, minimumIsolation)
        const message = refusal === null ? walls.message : `${refusal}: ${walls.message}`
        return { isolation: walls.level, message }
      } catch (error) {
        return { isolation: null, message: error instanceof Error ? error.message : 'No process starts' }
      }
    },
    async close() {
      await floor.close()
      await preparation.remove()
    },
  }
}
