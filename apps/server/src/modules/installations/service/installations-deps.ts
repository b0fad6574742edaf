import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/ids/ids.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Audit } from '../../audit/index.ts'
import type { Skills } from '../../skills/index.ts'

export interface InstallationsDeps {
  database: Database
  ids: Ids
  clock: Clock
  log: Log
  /** Secrets of skills are sealed with a key derived from it. */
  serverSecret: string
  audit: Pick<Audit, 'record'>
  skills: Pick<
    Skills,
    'resolve' | 'idAt' | 'versionById' | 'summariesOfInstalled' | 'addInstalls' | 'chooseDependencies'
  >
}
