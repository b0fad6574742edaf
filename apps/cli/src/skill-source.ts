import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import {
  inspectPackage,
  isPublishable,
  type PackageFiles,
  type PackageInspection,
  readArchive,
  readFolder,
} from '@guildhall/skill-format'
import { Failure } from './failures.ts'

/** A skill on disk: a folder or an archive. */
export interface SkillSource {
  /** Absolute; of the folder where its SKILL.md was named. */
  path: string
  files: PackageFiles
  /** The archive as it is; null for a folder. */
  archive: Uint8Array | null
  inspection: PackageInspection
  isPublishable: boolean
}

/** No archive that can be published is larger, so nothing larger is read into memory. */
const ARCHIVE_BYTES = 60 * 1024 * 1024

type Content = Pick<SkillSource, 'path' | 'files' | 'archive'> & { directoryName: string | undefined }

async function readFolderContent(path: string): Promise<Content> {
  return { path, files: await readFolder(path), directoryName: basename(path), archive: null }
}

async function readContent(path: string): Promise<Content> {
  const found = await stat(path)
  if (found.isDirectory()) return readFolderContent(path)
  if (basename(path).toLowerCase() === 'skill.md') return readFolderContent(dirname(path))
  if (found.size > ARCHIVE_BYTES)
    throw new Failure(`The archive has ${found.size} bytes; at most ${ARCHIVE_BYTES} are read`, {
      where: path,
      remedy: 'Leave large files out.',
    })
  const archive = await readFile(path)
  const { files, directoryName } = await readArchive(archive)
  return { path, files, directoryName: directoryName ?? undefined, archive }
}

/** Reads and judges a skill. Throws PackageError or a system error where it cannot be read at all. */
export async function readSkillSource(cwd: string, given: string): Promise<SkillSource> {
  const { path, files, directoryName, archive } = await readContent(resolve(cwd, given))
  const inspection = inspectPackage(files, { directoryName })
  return { path, files, archive, inspection, isPublishable: isPublishable(inspection) }
}

/** The first reason why it cannot be published. */
export function firstReason({ conformance, summary }: PackageInspection): string {
  const error = conformance.findings.find((finding) => finding.severity === 'error')
  return conformance.specErrors[0] ?? error?.message ?? (summary === null ? 'It does not say enough of itself' : '')
}
