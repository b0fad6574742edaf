import type { Bus } from '../../../platform/bus/bus.ts'
import type { Database, Queryable } from '../../../platform/db/database.ts'

/** The topic on which this process hears that some skill is not what it was: its versions, its name, who may see it. */
export const CATALOGUE_CHANGED = 'catalogue-changed'

/** Tells those who remember skills to look again, once the change holds. To be called by everything that changes what others see of a skill. */
export function announceChange({ database, bus }: { database: Database; bus: Bus }, q: Queryable): void {
  database.afterCommit(q, () => bus.publish(CATALOGUE_CHANGED))
}
