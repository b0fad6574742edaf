import { fullNameOf, type SkillSummary } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatCount, plural } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Mono } from '../../ui/mono.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { kindNames } from './kind-names.ts'
import { SkillLabels } from './skill-head.tsx'

const columns = 'md:grid md:grid-cols-[minmax(0,1fr)_6.5rem_5rem_4.5rem_6.5rem] md:gap-x-5'

/** The heads of the columns of a list of skills, where there is room for columns. */
export function SkillRowHeads() {
  return (
    <div aria-hidden className={`hidden border-b border-rule pb-2 text-xs font-[550] text-soft ${columns}`}>
      <span>Skill</span>
      <span>Kind</span>
      <span>Version</span>
      <span className="text-end">Installs</span>
      <span className="text-end">Updated</span>
    </div>
  )
}

export interface SkillRowProps {
  skill: SkillSummary
  /** How deep its name lies among the headings of the page. */
  heading?: 'h2' | 'h3'
}

/** One skill in a list: what it is at the start, what is compared at the end. */
export function SkillRow({ skill, heading: Heading = 'h3' }: SkillRowProps) {
  return (
    <article className={`border-b border-rule py-4 ${columns}`}>
      <div className="min-w-0">
        <Heading className="max-w-xl text-lg leading-snug font-semibold break-name" dir="auto">
          <Link href={paths.skill(skill)} className="quiet-link">
            {skill.displayName}
          </Link>
          <SkillLabels skill={skill} className="ms-3 inline-flex gap-1.5 align-middle font-sans" />
        </Heading>
        <Mono className="mt-0.5 block text-soft">{fullNameOf(skill)}</Mono>
        <p className="mt-1.5 line-clamp-2 max-w-xl text-base text-soft break-name" dir="auto">
          {skill.description}
        </p>
      </div>
      <dl className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft md:contents md:[&>div]:pt-1">
        <div>
          <dt className="sr-only">Kind</dt>
          <dd>
            <span className="text-ink">{kindNames[skill.kind]}</span>
            {skill.runnable && <span className="ms-1.5 md:ms-0 md:block">runs here</span>}
          </dd>
        </div>
        <div className="min-w-0">
          <dt className="sr-only">Version</dt>
          <dd className="truncate" title={skill.latestVersion}>
            <Mono>{skill.latestVersion}</Mono>
          </dd>
        </div>
        <div className="numbers md:text-end">
          <dt className="sr-only">Installs</dt>
          <dd>
            <span className="md:hidden">{plural(skill.installCount, 'install')}</span>
            <span className="hidden text-ink md:inline">{formatCount(skill.installCount)}</span>
          </dd>
        </div>
        <div className="md:text-end">
          <dt className="sr-only">Updated</dt>
          <dd>
            <Timestamp at={skill.updatedAt} />
          </dd>
        </div>
      </dl>
    </article>
  )
}

/** Several skills under column heads. */
export function SkillRows({ skills, heading = 'h3' }: { skills: SkillSummary[]; heading?: 'h2' | 'h3' }) {
  return (
    <div>
      <SkillRowHeads />
      <ul>
        {skills.map((skill) => (
          <li key={skill.id}>
            <SkillRow skill={skill} heading={heading} />
          </li>
        ))}
      </ul>
    </div>
  )
}
