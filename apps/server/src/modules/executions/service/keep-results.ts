import type { JsonValue } from '@guildhall/contracts'
import { listWorkspace, readWorkspaceFile } from '@guildhall/sandbox'
import type { Blobs } from '../../../platform/blobs/blobs.ts'
import { keptFileLimits, LARGEST_ROW_OUTPUT_BYTES, workspacePathProblem } from '../rules.ts'
import type { OutputFile } from '../store.ts'

/** An output as its row holds it: itself, or the digest of what is too large for a row. */
export type KeptOutput = { output: JsonValue; outputBlob: null } | { output: null; outputBlob: string }

/** Puts a large output among the blobs, as JSON. */
export async function keepOutput(blobs: Blobs, output: JsonValue): Promise<KeptOutput> {
  const text = JSON.stringify(output)
  if (Buffer.byteLength(text) <= LARGEST_ROW_OUTPUT_BYTES) return { output, outputBlob: null }
  return { output: null, outputBlob: (await blobs.put(Buffer.from(text))).sha256 }
}

/** What was kept of a workspace, and how many files were not because they are too many, too large or oddly named. */
export interface KeptFiles {
  files: OutputFile[]
  left: number
}

interface Workspace {
  dir: string
  /** What was put in before the run: path to digest. */
  given: Record<string, string>
}

/** The content of one file; null where it cannot be read safely, or not within what is left. */
async function contentOf(dir: string, path: string, maxBytes: number): Promise<Buffer | null> {
  if (workspacePathProblem(path) !== null) return null
  return readWorkspaceFile(dir, path, { maxBytes }).catch(() => null)
}

/** Puts what a run left or changed in its workspace among the blobs, in order of the paths, as far as the limits go. */
export async function keepFiles(blobs: Blobs, { dir, given }: Workspace): Promise<KeptFiles> {
  // One that holds more than may be listed is left as a whole.
  const entries = await listWorkspace(dir, '').catch(() => null)
  if (entries === null) return { files: [], left: 1 }
  const kept: KeptFiles = { files: [], left: 0 }
  let free = keptFileLimits.bytes
  for (const { path } of entries.filter((entry) => entry.kind === 'file')) {
    const isRoom = kept.files.length < keptFileLimits.files
    const content = isRoom ? await contentOf(dir, path, free) : null
    if (content === null) {
      kept.left += 1
      continue
    }
    const { sha256, sizeBytes } = await blobs.put(content)
    if (Object.hasOwn(given, path) && given[path] === sha256) continue
    kept.files.push({ path, sizeBytes, blob: sha256 })
    free -= sizeBytes
  }
  return kept
}
