/** How much of a source is read. */
export interface SourceLimits {
  /** From the first question to the last answer of the other side. */
  wallMs: number
  /** What git may write while it fetches. */
  maxFetchedBytes: number
  /** Files of one commit, or below the path that is asked for. */
  maxFiles: number
  /** Segments of a path. */
  maxDepth: number
  maxPathBytes: number
  /** Files above this are not fetched where the server can leave them out, and never read. */
  maxFileBytes: number
}

const MIB = 1024 * 1024

/** Fits every public collection of skills that is known. */
export const defaultSourceLimits: SourceLimits = {
  wallMs: 60_000,
  maxFetchedBytes: 300 * MIB,
  maxFiles: 20_000,
  maxDepth: 64,
  maxPathBytes: 1024,
  maxFileBytes: 10 * MIB,
}
