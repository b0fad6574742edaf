import {
  type ActionSchemas,
  type Execution,
  fullNameOf,
  type Installation,
  type InstallationSecret,
} from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Section } from '../../ui/section.tsx'
import { ActionTabs } from './action-tabs.tsx'
import { EarlierRunNote } from './earlier-run.tsx'
import { ExecutionTable } from './execution-table.tsx'
import { RunForm } from './run-form.tsx'
import { SecretTable } from './secret-table.tsx'

export interface RunPageProps {
  installation: Installation
  actions: ActionSchemas
  /** The action that the address asks for. */
  wanted: string | string[] | undefined
  history: Execution[]
  /** What it may use of its user's secrets; most skills use none. */
  secrets: InstallationSecret[]
  /** The run to begin with. */
  again: Execution | null
}

/** Choose an action, fill in its input, watch it run; earlier runs below. */
export function RunPage({ installation, actions, wanted, history, secrets, again }: RunPageProps) {
  const { skill } = installation
  const names = Object.keys(actions)
  const action = names.find((name) => name === wanted) ?? names[0]
  const earlier = again?.action === action ? again : null
  const takesFiles = installation.granted.fileSystem.read.includes('workspace')
  return (
    <>
      <header className="pb-6">
        <p>
          <Link href={paths.skill(skill)} className="link">
            <Mono>{fullNameOf(skill)}</Mono>
          </Link>{' '}
          <Mono className="text-soft">{installation.version}</Mono>
        </p>
        <h1 className="mt-1 text-2xl font-semibold tracking-tight break-name" dir="auto">
          {skill.displayName}
        </h1>
      </header>
      {!skill.runnable || action === undefined ? (
        <EmptyState title="Not runnable on this server yet">
          There is no engine for this kind of skill here. Install it into your own agents with{' '}
          <Mono>npx guildhall add {fullNameOf(skill)}</Mono>.
        </EmptyState>
      ) : (
        <>
          <ActionTabs names={names} current={action} hrefOf={(name) => paths.run(installation.id, { action: name })} />
          <p className="measure pt-5 pb-8 text-soft break-name" dir="auto">
            {actions[action]?.description}
          </p>
          {earlier && <EarlierRunNote run={earlier} takesFiles={takesFiles} />}
          <RunForm
            key={`${action} ${earlier?.id}`}
            target={{ skill: fullNameOf(skill) }}
            actions={actions}
            action={action}
            takesFiles={takesFiles}
            given={earlier?.input}
          />
        </>
      )}
      {secrets.length > 0 && <SecretTable installationId={installation.id} secrets={secrets} />}
      <Section
        title="Earlier runs"
        className="mt-16"
        aside={
          <Link href={paths.executions()} className="link">
            All runs
          </Link>
        }
      >
        {history.length > 0 ? <ExecutionTable executions={history} /> : <p className="py-6 text-soft">None yet.</p>}
      </Section>
    </>
  )
}
