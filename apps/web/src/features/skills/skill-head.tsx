import type { SkillDetails } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { Mono } from '../../ui/mono.tsx'

/** Name, owner and purpose of a skill. */
export function SkillHead({ skill }: { skill: SkillDetails }) {
  return (
    <header className="min-w-0">
      <p className="text-base text-soft break-name">
        <Link href={paths.publisher(skill.publisher)} className="link">
          <Mono>@{skill.publisher}</Mono>
        </Link>
        <Mono>/{skill.name}</Mono>
        {skill.publisherVerified && <span className="ms-3 text-sm whitespace-nowrap">verified publisher</span>}
      </p>
      <h1 className="mt-2 text-3xl font-semibold tracking-[-0.02em] break-name" dir="auto">
        {skill.displayName}
      </h1>
      <p className="measure mt-4 font-serif text-read text-soft break-name" dir="auto">
        {skill.description}
      </p>
    </header>
  )
}
