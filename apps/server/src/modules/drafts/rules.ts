import type { ConformanceReport, Finding } from '@guildhall/contracts'

/** Drafts of one person at the same time. */
export const MOST_DRAFTS = 20

const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

/** When a draft that is made now goes by itself. */
export function expiryOf(createdAt: Date): Date {
  return new Date(createdAt.getTime() + LIFETIME_MS)
}

/** The report on an archive that could not even be opened. */
export function unreadableReport(finding: Finding): ConformanceReport {
  return { level: 'none', specErrors: [], findings: [finding] }
}
