'use client'

import type { SkillAddress, VersionStatus } from '@guildhall/contracts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { ReasonAction } from './reason-action.tsx'

interface StatusChange {
  label: string
  consequence: string
  reasonHint?: string
  /** What has become of the version. */
  done: string
  call: 'yank' | 'withdraw' | 'restore' | 'suspend'
}

const SEEN = 'Everybody who meets this version sees it.'

const yank: StatusChange = {
  label: 'Yank',
  done: 'is yanked',
  call: 'yank',
  reasonHint: SEEN,
  consequence:
    'Nobody is given this version unasked any more; latest and ranges pass it by. Who names it, or has it locked, still gets it. You can take this back.',
}
const withdraw: StatusChange = {
  label: 'Withdraw',
  done: 'is withdrawn',
  call: 'withdraw',
  reasonHint: SEEN,
  consequence:
    'Nobody is given this version any more, locked or not, and it does not run. Use it for a secret or a danger in the package. You can take this back; copies that others have are out of reach.',
}
const restore: StatusChange = {
  label: 'Restore',
  done: 'is given out again',
  call: 'restore',
  consequence: 'The version is given out again, as it was before. Its content cannot have changed.',
}
const suspend: StatusChange = {
  label: 'Suspend',
  done: 'is suspended',
  call: 'suspend',
  reasonHint: 'The publisher and everybody who has it see it.',
  consequence:
    'The version is taken from everybody at once and does not run. Only an administrator can take this back.',
}

/** Where each status leads on to, for the publisher and for an administrator. The server decides again. */
const ownChanges: Record<VersionStatus, StatusChange[]> = {
  released: [yank, withdraw],
  yanked: [restore, withdraw],
  withdrawn: [restore],
  suspended: [],
  pending: [],
  rejected: [],
}
const adminChanges: Record<VersionStatus, StatusChange[]> = {
  released: [suspend],
  yanked: [suspend, restore],
  withdrawn: [restore],
  suspended: [restore],
  pending: [],
  rejected: [],
}

export interface VersionActionsProps {
  skill: SkillAddress
  version: string
  status: VersionStatus
  isOwner: boolean
  isAdmin: boolean
}

/** The buttons that change the status of one version. */
export function VersionActions({ skill, version, status, isOwner, isAdmin }: VersionActionsProps) {
  const changes = new Set([...(isOwner ? ownChanges[status] : []), ...(isAdmin ? adminChanges[status] : [])])
  const params = { publisher: skill.publisher, name: skill.name, version }
  return [...changes].map(({ label, consequence, reasonHint, done, call }) => (
    <ReasonAction
      key={call}
      label={label}
      about={`version ${version}`}
      title={`${label} version ${version}?`}
      consequence={consequence}
      done={`Version ${version} ${done}.`}
      {...(reasonHint && { reasonHint })}
      onDo={(reason) =>
        call === 'restore'
          ? browserClient.maintenance.restore({ params })
          : browserClient.maintenance[call]({ params, body: { reason } })
      }
    />
  ))
}
