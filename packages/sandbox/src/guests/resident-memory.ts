import { readFileSync } from 'node:fs'

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process has ended, or this system has no /proc.
    return ''
  }
}

/** Process ids of everything below `pid`, without itself. Empty where the system has no /proc. */
export function descendantPids(pid: number): number[] {
  const children = readText(`/proc/${pid}/task/${pid}/children`).trim()
  if (children === '') return []
  return children
    .split(' ')
    .map(Number)
    .flatMap((child) => [child, ...descendantPids(child)])
}

/** Resident memory in bytes of a process and everything below it; 0 where the system does not tell. */
export function residentBytes(pid: number): number {
  const sizes = [pid, ...descendantPids(pid)].map(
    (id) => /^VmRSS:\s+(\d+) kB/m.exec(readText(`/proc/${id}/status`))?.[1],
  )
  return sizes.reduce((total, size) => total + Number(size ?? 0) * 1024, 0)
}
