import type { ActionSchemas } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { formatDuration } from '../../lib/format.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Mono } from '../../ui/mono.tsx'

export interface ActionListProps {
  actions: ActionSchemas
  /** Where an action is run; null where that is not possible for this visitor. */
  runHref: ((action: string) => string) | null
}

function Schema({ title, schema }: { title: string; schema: unknown }) {
  return (
    <details className="border-t border-rule">
      <summary className="cursor-pointer py-2 text-sm text-accent hover:text-accent-strong">{title}</summary>
      <pre tabIndex={0} role="region" aria-label={title} className="overflow-x-auto pb-4 text-sm leading-5.5">
        <code>{JSON.stringify(schema, null, 2)}</code>
      </pre>
    </details>
  )
}

/** What can be called in a skill, with the schemas of input and output. */
export function ActionList({ actions, runHref }: ActionListProps) {
  const entries = Object.entries(actions)
  if (entries.length === 0)
    return (
      <EmptyState title="No actions">
        This skill is read by an agent, which then follows it. There is nothing in it to call.
      </EmptyState>
    )
  return entries.map(([name, action]) => (
    <section key={name} className="pb-10">
      <div className="flex flex-wrap items-start justify-between gap-4 pb-3">
        <div className="min-w-0">
          <h2 className="text-lg font-semibold">
            <Mono>{name}</Mono>
          </h2>
          <p className="measure mt-1 break-name" dir="auto">
            {action.description}
          </p>
          <p className="numbers mt-1 text-sm text-soft">
            Stopped after {formatDuration(action.timeoutMs)};{' '}
            {action.idempotent ? 'may be repeated without harm' : 'is not repeated after a crash'}.
          </p>
        </div>
        {runHref && (
          <Link href={runHref(name)} className={buttonClass('secondary', 'small')}>
            Run {name}
          </Link>
        )}
      </div>
      <div className="border-b border-rule">
        <Schema title={`Input of ${name}`} schema={action.input} />
        <Schema title={`Output of ${name}`} schema={action.output} />
      </div>
    </section>
  ))
}
