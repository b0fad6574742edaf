import { FrameError } from './frames.ts'

/** Credit for the chunks and log lines of one guest. See frames.ts, "Chunks and lines". */
export interface FlowAccount {
  /** So much has come. Throws FrameError where the guest had no credit for it. */
  arrived(bytes: number): void
  /** So much of it was taken. */
  taken(bytes: number): void
}

/** Credit is given in portions of a quarter of the window, so that few frames tell it and the guest never waits for nothing. */
export function createFlowAccount(windowBytes: number, giveCredit: (bytes: number) => void): FlowAccount {
  const portionBytes = windowBytes / 4
  let onAccountBytes = 0
  let takenBytes = 0
  return {
    arrived(bytes) {
      if (onAccountBytes >= windowBytes) throw new FrameError('a chunk or a log line without credit')
      onAccountBytes += bytes
    },
    taken(bytes) {
      takenBytes += bytes
      if (takenBytes < portionBytes) return
      onAccountBytes -= takenBytes
      giveCredit(takenBytes)
      takenBytes = 0
    },
  }
}
