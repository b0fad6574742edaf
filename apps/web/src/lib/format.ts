const counts = new Intl.NumberFormat('en-GB')
const compact = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 })

/** 12,345. */
export function formatCount(count: number): string {
  return counts.format(count)
}

/** `1 file`, `3 files`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** Bytes as people read them: 512 B, 1.4 KiB, 3 MiB. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} B`
  const units = ['KiB', 'MiB', 'GiB']
  const power = Math.min(Math.floor(Math.log2(sizeBytes) / 10), units.length)
  return `${compact.format(sizeBytes / 1024 ** power)} ${units[power - 1]}`
}

/** Milliseconds as people read them: 4 ms, 1.2 s, 3 min 20 s. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`
  if (durationMs < 60_000) return `${compact.format(durationMs / 1000)} s`
  return `${Math.floor(durationMs / 60_000)} min ${Math.floor((durationMs % 60_000) / 1000)} s`
}

/** `productivity` to `Productivity`. */
export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** The start of a digest, enough to compare by eye. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12)
}
