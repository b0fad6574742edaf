/** Chunks and log lines on their way to the host, which takes them at its own pace. See guests/frames.ts, "Chunks and lines". */
import { noop, Promise_ } from './intrinsics.js'

/**
 * `pack(kind, text)` answers `{ bytes, … }`, the size of the payload; `write(packet)` sends it. A chunk or a line leaves at once while
 * less than `windowBytes` are on account, else it waits; so does the end, just before which `beforeEnd` is called.
 */
export function createOutbox({ pack, write, windowBytes, streamBytes, beforeEnd }) {
  let onAccount = 0
  let streamed = 0
  let first = null
  let last = null
  let hasEnded = false

  function close(packet) {
    hasEnded = true
    first = null
    beforeEnd()
    write(packet)
  }

  function send(item) {
    if (item.isEnd) return close(item.packet)
    onAccount += item.packet.bytes
    write(item.packet)
    item.onSent()
  }

  function flush() {
    while (first !== null && (first.isEnd || onAccount < windowBytes)) {
      const item = first
      first = item.next
      send(item)
    }
  }

  function post(packet, isEnd, onSent) {
    if (hasEnded) return
    const item = { __proto__: null, packet, isEnd, onSent, next: null }
    if (first === null) first = item
    else last.next = item
    last = item
    flush()
  }

  /** Ends the run because of too much that would have to wait. */
  const overflow = (what) => {
    if (!hasEnded) close(pack('o', `{"what":"${what}"}`))
  }
  /** Calls do not wait for credit: how many may be open limits them. */
  const sendCall = (text) => {
    if (!hasEnded) write(pack('c', text))
  }
  const log = (text) => post(pack('l', text), false, noop)
  /** Answers a promise that resolves when the chunk was sent. */
  const stream = (text) => {
    const packet = pack('s', text)
    streamed += packet.bytes
    if (streamed > streamBytes) overflow('chunks')
    return new Promise_((resolve) => post(packet, false, resolve))
  }
  const end = (kind, text) => post(pack(kind, text), true, noop)
  const credit = (bytes) => {
    onAccount -= bytes
    flush()
  }
  return { __proto__: null, sendCall, log, stream, end, credit, overflow }
}
