import { timestamp } from 'drizzle-orm/pg-core'

/** A point in time, always with its zone. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date', precision: 3 })
