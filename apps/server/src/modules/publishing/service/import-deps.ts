import type { Readable } from 'node:stream'
import { AppError, type Provenance, type Submission, type Visibility } from '@guildhall/contracts'
import { type GitProtocol, type GitSource, parseSource, SourceError } from '@guildhall/skill-sources'
import type { Ids } from '../../../platform/ids/ids.ts'
import type { Jobs } from '../../../platform/jobs/jobs.ts'
import type { Identity } from '../../identity/index.ts'
import type { PipelineDeps } from './move-submission.ts'

/** What whoever runs the server allows. */
export interface ImportSettings {
  protocols: readonly GitProtocol[]
  /** What `owner/repo` is short for. */
  baseUrl: string
  allowPrivateHosts: readonly string[]
  /** Ours alone; repositories lie in it while they are read. */
  folder: string
}

/** One skill on its way into the pipeline that uploads take, too. */
export interface ImportedUpload {
  publisher: string
  filename: string
  version: string
  visibility: Visibility | undefined
  bytes: Readable
  idempotencyKey: string
  provenance: Provenance
}

export interface ImportDeps {
  pipeline: PipelineDeps
  ids: Ids
  jobs: Jobs
  identity: Identity
  submit(author: { userId: string }, upload: ImportedUpload): Promise<Submission>
  settings: ImportSettings
}

/** Reads a source as this server understands it. Throws import.source-refused. */
export function readGitSource(text: string, { baseUrl, protocols }: ImportSettings): GitSource {
  const refused = (reason: string, why: string): AppError => new AppError('import.source-refused', { reason, why })
  try {
    const source = parseSource(text, { baseUrl, plainUrl: 'git' })
    if (source.kind !== 'git') throw refused('source.protocol-refused', 'Folders of the server are not imported.')
    if (!protocols.includes(source.protocol))
      throw refused('source.protocol-refused', `This server fetches over ${protocols.join(', ')} only.`)
    return source
  } catch (error) {
    if (error instanceof SourceError) throw refused(error.code, error.message)
    throw error
  }
}
