import autocannon from 'autocannon'

/** One figure of a benchmark, beside its baseline of the same run where it has one. */
export interface Row {
  name: string
  value: number
  unit: string
  /** What `ratio` compares with. */
  baseline?: string
  /** value divided by the baseline's value. */
  ratio?: number
}

export interface Load {
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
}

const CLIENTS = 10

/** Ten clients ask for these paths in turn, from a thread of their own, for `seconds`. Throws where an answer is not 2xx. */
export async function loadPaths(origin: string, paths: readonly string[], seconds: number): Promise<Load> {
  const requests = paths.map((path) => ({ method: 'GET' as const, path }))
  await autocannon({ url: origin, connections: CLIENTS, duration: 1, requests, workers: 1 })
  const result = await autocannon({ url: origin, connections: CLIENTS, duration: seconds, requests, workers: 1 })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} failed`)
  return { requestsPerSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 }
}

/** The value below which `share` of the samples lie. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

export function printRows(title: string, rows: readonly Row[]): void {
  process.stdout.write(`\n${title}\n`)
  const width = Math.max(...rows.map((row) => row.name.length))
  for (const row of rows) {
    const against =
      row.baseline === undefined || row.ratio === undefined ? '' : `   ${row.ratio.toFixed(2)} x ${row.baseline}`
    process.stdout.write(
      `  ${row.name.padEnd(width)}  ${figure(row.value).padStart(8)} ${row.unit.padEnd(6)}${against}\n`,
    )
  }
}
