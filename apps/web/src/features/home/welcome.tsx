import type { CategoryCount, SkillSummary } from '@guildhall/contracts'
import Form from 'next/form'
import { Link } from '../../lib/link.tsx'
import { capitalised, formatCount } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Section } from '../../ui/section.tsx'
import { SkillRows } from '../skills/skill-row.tsx'

function SearchForm() {
  return (
    <Form
      action={paths.marketplace()}
      role="search"
      className="flex max-w-2xl items-center gap-3 border-b-2 border-ink focus-within:border-accent"
    >
      <input
        type="search"
        name="text"
        maxLength={200}
        dir="auto"
        aria-label="Search skills"
        placeholder="What should it do?"
        autoComplete="off"
        className="h-14 min-w-0 flex-1 bg-transparent font-serif text-xl outline-none focus-visible:outline-none"
      />
      <Button type="submit" variant="plain">
        Search
      </Button>
    </Form>
  )
}

function CategoryIndex({ categories }: { categories: CategoryCount[] }) {
  return (
    <ul className="numbers grid grid-cols-2 gap-x-10 sm:grid-cols-3 lg:grid-cols-4">
      {categories.map(({ category, count }) => (
        <li key={category} className="border-b border-rule">
          <Link
            href={paths.marketplace({ category })}
            className="flex min-h-11 items-center justify-between gap-3 hover:text-accent"
          >
            {capitalised(category)} <span className="text-sm text-faint">{formatCount(count)}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

const steps = [
  ['Publish', 'A folder with SKILL.md and, where it does something itself, code with declared permissions.'],
  ['Check', 'Every stage of the release is shown with what it found. What was not checked is never called checked.'],
  [
    'Sign',
    'A release is bound to its exact files by digest and signature. Whoever installs it can verify both offline.',
  ],
  ['Install', 'You see in plain words what it may touch, and grant exactly that.'],
  ['Run', 'Walled off, on the web, the command line or the API, with its output streamed as it comes.'],
] as const

function Journey() {
  return (
    <ol className="grid gap-x-10 sm:grid-cols-2 lg:grid-cols-5">
      {steps.map(([title, words], index) => (
        <li key={title} className="border-b border-rule py-4 lg:border-b-0">
          <span className="numbers text-sm text-faint">{index + 1}</span>
          <h3 className="text-lg font-semibold">{title}</h3>
          <p className="mt-1 text-base text-soft">{words}</p>
        </li>
      ))}
    </ol>
  )
}

/** The front page for a stranger. */
export function Welcome({ newest, categories }: { newest: SkillSummary[]; categories: CategoryCount[] }) {
  return (
    <div className="flex flex-col gap-16">
      <div className="pt-4 sm:pt-10">
        <h1 className="max-w-3xl text-3xl font-semibold tracking-[-0.025em]">
          A skill, published once, for every agent and person
        </h1>
        <p className="measure mt-5 mb-10 font-serif text-read text-soft">
          Guildhall is a marketplace and a runtime for agent skills that you host yourself. Find a skill, see what it
          may touch, and run it here, on your own machine, or inside the agent you already use.
        </p>
        <SearchForm />
      </div>
      <Section title="By category">
        <CategoryIndex categories={categories} />
      </Section>
      <Section
        title="Newest"
        aside={
          <Link href={paths.marketplace({ sort: 'newest' })} className="link">
            All skills
          </Link>
        }
      >
        {newest.length > 0 ? (
          <div className="pt-4">
            <SkillRows skills={newest} />
          </div>
        ) : (
          <EmptyState title="Nothing published yet">The first skill will stand here.</EmptyState>
        )}
      </Section>
      <Section title="How a skill travels">
        <Journey />
      </Section>
    </div>
  )
}
