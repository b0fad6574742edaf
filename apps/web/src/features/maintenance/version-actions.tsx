'use client'

import type { SkillAddress, VersionStatus } from '@guildhall/contracts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { ReasonAction } from './reason-action.tsx'

interface StatusChange {
  label: string
  consequence: string
  reasonHint?: string
  call: 'yank' | 'withdraw' | 'restore' | 'suspend'
}

const SEEN = 'Everybody who meets this version sees it.'

const yank: StatusChange = {
  label: 'Yank',
  call: 'yank',
  reasonHint: SEEN,
  consequence:
    'Nobody is given this version unasked any more; latest and ranges pass it by. Who names it, or has it locked, still gets it. You can take this back.',
}
const withdraw: StatusChange = {
  label: 'Withdraw',
  call: 'withdraw',
  reasonHint: SEEN,
  consequence:
    'Nobody is given this version any more, locked or not, and it does not run. Use it for a secret or a danger in the package. You can take this back; copies that others have are out of reach.',
}
const restore: StatusChange = {
  label: 'Restore',
  call: 'restore',
  consequence: 'The version is given out again, as it was before. Its content cannot have changed.',
}
const suspend: StatusChange = {
  label: 'Suspend',
  call: 'suspend',
  reasonHint: 'The publisher and everybody who has it see it.',
  consequence:
    'The version is taken from everybody at once and does not run. Only an administrator can take this back.',
}

/** What may be done with a version of this status by this visitor. The server decides again. */
function changesOf(status: VersionStatus, isAdmin: boolean): StatusChange[] {
  const forAdmin = isAdmin ? [suspend] : []
  switch (status) {
    case 'released':
      return [yank, withdraw, ...forAdmin]
    case 'yanked':
      return [restore, withdraw, ...forAdmin]
    case 'withdrawn':
      return [restore, ...forAdmin]
    case 'suspended':
      return isAdmin ? [restore] : []
    case 'pending':
    case 'rejected':
      return []
  }
}

export interface VersionActionsProps {
  skill: SkillAddress
  version: string
  status: VersionStatus
  isAdmin: boolean
}

/** The buttons that change the status of one version. */
export function VersionActions({ skill, version, status, isAdmin }: VersionActionsProps) {
  const params = { publisher: skill.publisher, name: skill.name, version }
  return changesOf(status, isAdmin).map(({ label, consequence, reasonHint, call }) => (
    <ReasonAction
      key={call}
      label={label}
      about={`version ${version}`}
      title={`${label} version ${version}?`}
      consequence={consequence}
      {...(reasonHint && { reasonHint })}
      onDo={(reason) =>
        call === 'restore'
          ? browserClient.maintenance.restore({ params })
          : browserClient.maintenance[call]({ params, body: { reason } })
      }
    />
  ))
}
