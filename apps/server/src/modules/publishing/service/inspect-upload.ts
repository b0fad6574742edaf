import {
  inspectPackage,
  type InspectOptions,
  PackageError,
  type PackageFiles,
  type PackageInspection,
  unpackArchive,
  withGeneratedSkillMd,
} from '@guildhall/skill-format'
import type { Finding } from '@guildhall/contracts'
import { archiveFinding, storableReport, unstorableFinding } from './report-findings.ts'

/** What an archive holds, with a report that can be stored; or why it cannot be read. */
export type InspectedUpload =
  | { kind: 'unreadable'; finding: Finding }
  /** Its texts cannot be stored; the finding is not among those of the report. */
  | { kind: 'unstorable'; finding: Finding; inspection: PackageInspection }
  | { kind: 'read'; files: PackageFiles; inspection: PackageInspection }

/** The files of an uploaded archive, within the limits. Throws PackageError where it is none that we take. */
export async function readUpload(archive: Uint8Array): Promise<PackageFiles> {
  return withGeneratedSkillMd(await unpackArchive(archive))
}

/** Reads an archive as every upload is read, whatever it is for. */
export async function inspectUpload(archive: Uint8Array, options: InspectOptions = {}): Promise<InspectedUpload> {
  let files: PackageFiles
  try {
    files = await readUpload(archive)
  } catch (error) {
    if (!(error instanceof PackageError)) throw error
    return { kind: 'unreadable', finding: archiveFinding(error) }
  }
  const inspected = inspectPackage(files, options)
  const inspection = { ...inspected, conformance: storableReport(inspected.conformance) }
  const finding = unstorableFinding(inspection)
  return finding === null ? { kind: 'read', files, inspection } : { kind: 'unstorable', finding, inspection }
}
