/** The time of one call. */
export interface CallClock {
  /** Aborts when the run ends or the call takes too long. */
  signal: AbortSignal
  /** Must be called when the call is over. */
  stop(): void
}

/**
 * Starts the time of a call. Made by hand: `AbortSignal.any` and `AbortSignal.timeout` cost more than most tools do, since they hold one
 * another weakly and leave the collector work behind.
 */
export function startCallClock(runSignal: AbortSignal, timeoutMs: number): CallClock {
  const controller = new AbortController()
  const onRunEnd = () => controller.abort(runSignal.reason)
  const timer = setTimeout(
    () => controller.abort(new DOMException('The call took too long', 'TimeoutError')),
    timeoutMs,
  )
  // A call that hangs keeps no process from ending.
  timer.unref()
  if (runSignal.aborted) onRunEnd()
  else runSignal.addEventListener('abort', onRunEnd, { once: true })
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer)
      runSignal.removeEventListener('abort', onRunEnd)
    },
  }
}
