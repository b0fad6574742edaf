import { EventEmitter } from 'node:events'

/** Carries nudges: "look again at this id". They may be lost; the rows are the truth. */
export interface Bus {
  publish(topic: string): void
  /** Returns the way to stop listening. */
  subscribe(topic: string, listener: () => void): () => void
}

/** A bus within this process. */
export function createLocalBus(): Bus {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  return {
    publish(topic) {
      emitter.emit(topic)
    },
    subscribe(topic, listener) {
      emitter.on(topic, listener)
      return () => emitter.off(topic, listener)
    },
  }
}
