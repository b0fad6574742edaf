'use client'

import type { SkillAddress } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { ReasonAction } from './reason-action.tsx'

/** Takes the whole skill away, after its name was typed; then goes to the page of its publisher. */
export function RemoveSkill({ skill }: { skill: SkillAddress }) {
  const router = useRouter()
  const remove = async (reason: string) => {
    await browserClient.maintenance.remove({
      params: { publisher: skill.publisher, name: skill.name },
      query: { reason },
    })
    router.push(paths.publisher(skill.publisher))
  }
  return (
    <ReasonAction
      variant="secondary"
      size="normal"
      label="Delete the skill"
      about=""
      title="Delete the skill?"
      consequence="Every version is withdrawn for good, and the skill leaves the marketplace. Its name stays taken: nobody, not even you, can publish under it again."
      reasonHint="Whoever has it installed sees it."
      typed={skill.name}
      done={`@${skill.publisher}/${skill.name} is deleted.`}
      onDo={remove}
    />
  )
}
