/** Reads by the engine's own event loop. Deno reads its stdin in a thread, so that every answer of the host would wake two. */
import { defineProperty, getterOf, methodOf, Promise_ } from './intrinsics.js'

const Uint8Array_ = Uint8Array
const setBytes = methodOf(Object.getPrototypeOf(Uint8Array), 'set')
const lengthOf = getterOf(Object.getPrototypeOf(Uint8Array).prototype, 'byteLength')

/** Nothing else holds it. */
let pipe = null

/**
 * Takes over the pipe of this process. `binding` is that of Node.js. Answers a function that fills a view and answers how many bytes came, 0 at the end; one call
 * at a time. Throws where the engine does not open it.
 */
export function openEventPipe(binding, fd) {
  const { Pipe, constants } = binding('pipe_wrap')
  const { streamBaseState, kReadBytesOrError } = binding('stream_wrap')
  pipe = new Pipe(constants.SOCKET)
  if (pipe.open(fd) !== 0) throw new Error('the pipe does not open')
  let first = null
  let last = null
  let hasEnded = false
  let waiting = null

  function take(view) {
    if (first === null) return hasEnded ? 0 : null
    const { memory, from, to } = first
    const room = lengthOf(view)
    const count = to - from < room ? to - from : room
    setBytes(view, new Uint8Array_(memory, from, count))
    first.from += count
    if (first.from === to) first = first.next
    return count
  }

  function wake() {
    const reader = waiting
    if (reader === null) return
    waiting = null
    reader.resolve(take(reader.view))
  }

  const onread = (memory) => {
    const to = streamBaseState[kReadBytesOrError]
    if (to === 0) return
    if (to < 0) hasEnded = true
    else {
      const chunk = { __proto__: null, memory, from: 0, to, next: null }
      if (first === null) first = chunk
      else last.next = chunk
      last = chunk
    }
    wake()
  }
  defineProperty(pipe, 'onread', { __proto__: null, value: onread })
  pipe.readStart()
  return (view) =>
    take(view) ??
    new Promise_((resolve) => {
      waiting = { __proto__: null, view, resolve }
    })
}
