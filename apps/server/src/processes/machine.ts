import { availableParallelism, totalmem } from 'node:os'

const SMALL_MEMORY_BYTES = 4 * 1024 ** 3

/** Processes that an engine keeps waiting here. Each takes some 60 MiB and, while it starts, a core: small machines keep one. */
export function warmProcessesHere(): number {
  return availableParallelism() <= 2 || totalmem() < SMALL_MEMORY_BYTES ? 1 : 2
}
