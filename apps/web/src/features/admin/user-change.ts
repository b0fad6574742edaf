import type { Role, User, UserStatus } from '@guildhall/contracts'

/** A change of an account that an administrator asked for. */
export type UserChange = { role: Role } | { status: UserStatus }

export interface ChangeWords {
  /** The verb, for the button. */
  label: string
  consequence: string
  /** What is told once it is done, after the name. */
  done: string
}

function roleWords(before: Role, role: Role): ChangeWords {
  const done = `has the role ${role} now.`
  if (role === 'admin')
    return {
      label: 'Make administrator',
      consequence: 'They decide about releases, see every account and the audit log, and can change your role too.',
      done,
    }
  if (before === 'admin')
    return {
      label: 'Take administration away',
      consequence: 'They keep their account, skills and runs, and can no longer administer this server.',
      done,
    }
  return { label: `Make ${role}`, consequence: `Their role changes from ${before} to ${role}.`, done }
}

const statusWords: Record<UserStatus, ChangeWords> = {
  suspended: {
    label: 'Suspend',
    consequence:
      'They are signed out everywhere at once and cannot sign in. Their API keys are revoked for good; activating the account again does not bring them back.',
    done: 'is suspended.',
  },
  active: {
    label: 'Activate',
    consequence: 'They can sign in again. API keys that were revoked stay revoked.',
    done: 'is active again.',
  },
}

/** What a change of an account is called, what follows from it, and how it is told. */
export function changeWords({ role }: Pick<User, 'role'>, change: UserChange): ChangeWords {
  return 'role' in change ? roleWords(role, change.role) : statusWords[change.status]
}
