import type { ConformanceReport, Finding, PackageSummary } from '@guildhall/contracts'
import type { PackageError } from '@guildhall/skill-format'
import { isStorable, storableText } from '../../../platform/db/storable.ts'

/** What a broken archive is reported as. The names of its entries are hostile: they are cut and cleaned for whoever reads them. */
export function archiveFinding({ code, message, remedy, facts }: PackageError): Finding {
  const file = facts.path === undefined ? null : storableText(facts.path, 1024)
  return { rule: code, severity: 'error', message: storableText(message, 2000), file, line: null, remedy }
}

/** Refuses texts that cannot be stored; null where there are none. */
export function unstorableFinding(read: { summary: PackageSummary | null; readme: string }): Finding | null {
  const isReadmeGood = isStorable(read.readme)
  if (isReadmeGood && isStorable(read.summary)) return null
  const where = isReadmeGood ? 'What the package says of itself' : 'SKILL.md'
  return {
    rule: 'text.not-storable',
    severity: 'error',
    message: `${where} holds the character NUL or half a surrogate pair`,
    file: isReadmeGood ? null : 'SKILL.md',
    line: null,
    remedy: 'Save the files as UTF-8 text without control characters, and take such escapes out of quoted texts.',
  }
}

/** The report as it can be stored, whatever it quotes. */
export function storableReport({ level, specErrors, findings }: ConformanceReport): ConformanceReport {
  return {
    level,
    specErrors: specErrors.map((message) => storableText(message, 10_000)),
    findings: findings.map((finding) => ({
      ...finding,
      message: storableText(finding.message, 2000),
      remedy: storableText(finding.remedy, 2000),
      file: finding.file === null ? null : storableText(finding.file, 1024),
    })),
  }
}
