/** What a guest process and everything below it has used since it was started. */
export interface GuestUsage {
  cpuMs: number
  /** What it holds now, without what the system may drop at any time (cached files). */
  memoryBytes: number
  /** The most it held; where only samples tell, the most that was seen. */
  peakMemoryBytes: number
  /** The system ended a process of it because the limit of memory was reached. */
  isOutOfMemory: boolean
}
