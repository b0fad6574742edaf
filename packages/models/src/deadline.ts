import type { ModelsConfig } from './models-config.ts'

/** Aborts when the caller does, when the whole takes too long, or when nothing has come for too long. */
export interface Deadline {
  signal: AbortSignal
  /** Something has come. */
  touch(): void
  /** Must be called at the end. */
  clear(): void
}

function timeoutError(): Error {
  return new DOMException('The model took too long', 'TimeoutError')
}

/** Starts both clocks. `stallMs` null: only the whole is timed. */
export function startDeadline(
  caller: AbortSignal,
  { timeoutMs, stallMs }: { timeoutMs: number; stallMs: ModelsConfig['stallMs'] | null },
): Deadline {
  const late = new AbortController()
  const abort = () => late.abort(timeoutError())
  const whole = setTimeout(abort, timeoutMs)
  const stall = stallMs === null ? null : setTimeout(abort, stallMs)
  return {
    signal: AbortSignal.any([caller, late.signal]),
    touch: () => void stall?.refresh(),
    clear() {
      clearTimeout(whole)
      if (stall) clearTimeout(stall)
    },
  }
}
