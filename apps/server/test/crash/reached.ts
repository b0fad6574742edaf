import { vi } from 'vitest'

/** Waits until something has come as far as `status` or further along `order`, and tells how far. Fails after 60 s. */
export function reached<S extends string>(read: () => Promise<S>, order: readonly S[], status: S): Promise<S> {
  return vi.waitUntil(
    async () => {
      const now = await read()
      return order.indexOf(now) >= order.indexOf(status) && now
    },
    { timeout: 60_000, interval: 1 },
  ) as Promise<S>
}
