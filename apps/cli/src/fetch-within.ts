import type { GuildhallOptions } from '@guildhall/sdk'

type Fetch = NonNullable<GuildhallOptions['fetch']>

/**
 * `fetch` that gives up where nothing was answered for so long; what comes after the first line of an answer may take its time, and so may
 * whatever is sent.
 */
export function fetchWithin(silenceMs: number): Fetch {
  return async (url, init) => {
    if (init.body) return fetch(url, init)
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(new Error(`no answer within ${silenceMs / 1000} s`)), silenceMs)
    const signal = init.signal ? AbortSignal.any([init.signal, silence.signal]) : silence.signal
    return fetch(url, { ...init, signal }).finally(() => clearTimeout(timer))
  }
}
