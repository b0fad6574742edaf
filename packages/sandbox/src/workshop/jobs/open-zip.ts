import { PackageError, type PackageLimits, readZip } from '@guildhall/skill-format/zip'
import { ToolFailure } from '../../broker/tool-failure.ts'
import { workspaceLimits } from '../../workspace/workspace-path.ts'

const limits: PackageLimits = {
  maxTotalBytes: workspaceLimits.totalBytes,
  maxFileBytes: workspaceLimits.fileBytes,
  maxFiles: workspaceLimits.files,
  maxDepth: workspaceLimits.depth,
  maxRatio: 200,
}

const tooLarge = new Set<string>([
  'archive.too-large',
  'archive.file-too-large',
  'archive.too-many-files',
  'archive.compression-ratio',
])

/** The files of a zip by path. Strict: links, escapes, lies about sizes, encrypted and colliding entries are refused as a whole. */
export async function openZip(bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return await readZip(bytes, limits)
  } catch (error) {
    if (!(error instanceof PackageError)) throw error
    throw new ToolFailure(tooLarge.has(error.code) ? 'too_large' : 'input_invalid', error.message.slice(0, 400), {
      recoveryOptions: ['Use another archive'],
    })
  }
}
