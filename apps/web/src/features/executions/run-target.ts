import type { Permissions } from '@guildhall/contracts'

/** What runs: an installed skill by its full name, or a draft with what its maker grants it. */
export type RunTarget = { skill: string } | { draft: string; granted: Permissions }
