import type { RunLimits } from '@guildhall/sandbox'

/** Resident memory of one guest. */
export const MEMORY_BYTES = 256 * 1024 * 1024

const LARGEST_OUTPUT_BYTES = 16 * 1024 * 1024

/** What a run that somebody started may use, besides its time. A frame carries the whole output and a little around it. */
export const runLimits: Partial<RunLimits> = {
  memoryBytes: MEMORY_BYTES,
  outputBytes: LARGEST_OUTPUT_BYTES,
  frameBytes: LARGEST_OUTPUT_BYTES + 1024 * 1024,
}

/** The clock that durations are measured with. */
export const monotonic = { nowMs: () => performance.now() }
