import {
  type ActionSchema,
  AppError,
  type JsonValue,
  type Permissions,
  type StartExecution,
} from '@guildhall/contracts'
import { createActionValidator } from '@guildhall/sandbox'
import { requireConsent } from '../../installations/index.ts'
import { isGivenOut, type VersionWithStatus } from '../../skills/index.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Issue } from '../rules.ts'
import type { NewExecution } from '../store.ts'
import type { ExecutionsContext } from './executions-deps.ts'

type Kind = VersionWithStatus['summary']['kind']

/** What is about to run, as its row names it, with the action that was asked for. */
export interface Startable {
  what: Pick<NewExecution, 'installationId' | 'draftId' | 'granted' | 'skill' | 'versionId' | 'semver'>
  action: ActionSchema
  /** Throws what its absence is called where it is not there any more. */
  stillThere(q: Queryable): Promise<void>
}

interface Package {
  kind: Kind
  actions: Record<string, ActionSchema>
  permissions: Permissions
}

function requireAction(deps: ExecutionsContext, { kind, actions }: Package, name: string): ActionSchema {
  const engine = deps.engines.find((one) => one.kind === kind)
  if (!engine?.runnable)
    throw new AppError('execution.not-runnable', {
      kind,
      reason: engine?.message ?? 'there is no engine for this kind',
    })
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (!action) throw new AppError('execution.unknown-action', { action: name, actions: Object.keys(actions) })
  return action
}

function requireGivenOut({ fullName, semver, status, statusReason }: VersionWithStatus): void {
  if (isGivenOut(status)) return
  throw new AppError('version.unavailable', { skill: fullName, version: semver, state: status, reason: statusReason })
}

async function installed(deps: ExecutionsContext, userId: string, fullName: string, action: string) {
  const { id, version } = await deps.installations.forRun(deps.platform.database.q, userId, fullName)
  requireGivenOut(version)
  const startable: Startable = {
    what: {
      installationId: id,
      draftId: null,
      granted: null,
      skill: version.fullName,
      versionId: version.versionId,
      semver: version.semver,
    },
    action: requireAction(deps, version.summary, action),
    async stillThere(q) {
      if (!(await deps.installations.hold(q, id))) throw new AppError('installation.not-found', { skill: fullName })
    },
  }
  return startable
}

interface DraftToRun {
  id: string
  action: string
  consent: Permissions
}

async function drafted(deps: ExecutionsContext, userId: string, wanted: DraftToRun): Promise<Startable> {
  const draft = await deps.drafts.forRun(deps.platform.database.q, userId, wanted.id)
  if (!draft) throw new AppError('draft.not-found')
  const { summary } = draft
  const action = requireAction(deps, summary, wanted.action)
  const granted = requireConsent(summary.permissions, [wanted.consent])
  return {
    what: {
      installationId: null,
      draftId: wanted.id,
      granted,
      skill: summary.name,
      versionId: null,
      semver: summary.version,
    },
    action,
    async stillThere(q) {
      if (!(await deps.drafts.hold(q, userId, wanted.id))) throw new AppError('draft.not-found')
    },
  }
}

/**
 * What the installed version, or the draft, says to a request. Throws installation.not-found, draft.not-found, version.unavailable,
 * installation.consent-required, execution.not-runnable, execution.unknown-action.
 */
export async function findStartable(
  deps: ExecutionsContext,
  userId: string,
  request: StartExecution,
): Promise<Startable> {
  const { action } = request
  if ('skill' in request) return installed(deps, userId, request.skill, action)
  return drafted(deps, userId, { id: request.draft, action, consent: request.granted })
}

/** Where an input does not match its action; paths as in the other issues: `input.rows.0`. */
export function actionIssues(action: ActionSchema, input: JsonValue): Issue[] {
  const issues = createActionValidator(action).validateInput(input)
  return issues.map(({ path, message }) => ({ path: `input${path.replaceAll('/', '.')}`, message }))
}
