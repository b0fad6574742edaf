import type { SkillDetails } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { Label } from '../../ui/label.tsx'
import { Mono } from '../../ui/mono.tsx'

/** Whose skill it is and how it is called. */
export function SkillNameLine({ skill }: { skill: SkillDetails }) {
  return (
    <p className="text-base text-soft break-name">
      <Link href={paths.publisher(skill.publisher)} className="link">
        <Mono>@{skill.publisher}</Mono>
      </Link>
      <Mono>/{skill.name}</Mono>
      {skill.publisherVerified && <span className="ms-3 text-sm whitespace-nowrap">verified publisher</span>}
      <SkillLabels skill={skill} className="ms-3" />
    </p>
  )
}

export interface SkillLabelsProps {
  skill: { visibility: SkillDetails['visibility']; deprecation: string | null }
  className?: string
}

/** What sets a skill apart from others in a list: that it is private, that it is advised against. */
export function SkillLabels({ skill, className }: SkillLabelsProps) {
  if (skill.visibility === 'public' && skill.deprecation === null) return null
  return (
    <span className={className}>
      {skill.visibility === 'private' && <Label>private</Label>}{' '}
      {skill.deprecation !== null && <Label weight="solid">deprecated</Label>}
    </span>
  )
}

/** Name, owner and purpose of a skill. */
export function SkillHead({ skill }: { skill: SkillDetails }) {
  return (
    <header className="min-w-0">
      <SkillNameLine skill={skill} />
      <h1 className="mt-2 text-3xl font-semibold tracking-[-0.02em] break-name" dir="auto">
        {skill.displayName}
      </h1>
      <p className="measure mt-4 font-serif text-read text-soft break-name" dir="auto">
        {skill.description}
      </p>
    </header>
  )
}
