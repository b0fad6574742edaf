'use client'

import type { SkillAddress, Visibility } from '@guildhall/contracts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { ReasonAction } from './reason-action.tsx'

const changes: Record<Visibility, { label: string; to: Visibility; now: string; consequence: string; done: string }> = {
  public: {
    label: 'Make it private',
    to: 'private',
    now: 'Public: everybody finds, reads and installs it.',
    consequence:
      'It leaves the marketplace, and its address answers others as if nothing were there. Who has it in a library keeps it; nobody else can install it.',
    done: 'It is private now.',
  },
  private: {
    label: 'Make it public',
    to: 'public',
    now: 'Private: only you see it.',
    consequence:
      'Everybody can find, read and install every released version. What was once public may have been copied, even if you make it private again.',
    done: 'It is public now.',
  },
}

/** Who may see a skill, and the way to change it. */
export function VisibilityControl({ skill, visibility }: { skill: SkillAddress; visibility: Visibility }) {
  const { label, to, now, consequence, done } = changes[visibility]
  return (
    <div className="flex flex-col items-start gap-3">
      <p>{now}</p>
      <ReasonAction
        variant="secondary"
        size="normal"
        label={label}
        about=""
        title={`${label}?`}
        consequence={consequence}
        done={done}
        onDo={() => browserClient.maintenance.update({ params: skill, body: { visibility: to } })}
      />
    </div>
  )
}
