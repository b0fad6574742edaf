import type { ExecutionUsage } from '@guildhall/contracts'

/** What the skills that a run has called used, to be told as a part of that run. */
export interface UsageTally {
  add: (usage: ExecutionUsage) => void
  /** The usage of the run with that of its callees. Bytes and tokens are in it already: its broker counts for the whole tree. */
  addedTo: (own: ExecutionUsage) => ExecutionUsage
}

export function createUsageTally(): UsageTally {
  const sum = { cpuMs: 0, peakMemoryBytes: 0, toolCalls: 0 }
  return {
    add: (usage) => {
      sum.cpuMs += usage.cpuMs
      sum.toolCalls += usage.toolCalls
      sum.peakMemoryBytes = Math.max(sum.peakMemoryBytes, usage.peakMemoryBytes)
    },
    addedTo: (own) => ({
      ...own,
      cpuMs: own.cpuMs + sum.cpuMs,
      toolCalls: own.toolCalls + sum.toolCalls,
      peakMemoryBytes: own.peakMemoryBytes + sum.peakMemoryBytes,
    }),
  }
}
