import type { PermissionStatement, VersionDiff } from '@guildhall/contracts'
import { Section } from '../../ui/section.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { PermissionList } from '../skills/permission-list.tsx'

function Permissions({ title, statements }: { title: string; statements: PermissionStatement[] }) {
  if (statements.length === 0) return null
  return (
    <div className="pt-4">
      <h3 className="pb-2 font-sans font-[550]">{title}</h3>
      <PermissionList statements={statements} />
    </div>
  )
}

function PermissionChanges({ permissions }: { permissions: VersionDiff['permissions'] }) {
  const { gained, lost } = permissions
  return (
    <Section title="What it may touch">
      {gained.length + lost.length === 0 && <p className="py-4 text-soft">As before: nothing more, nothing less.</p>}
      <Permissions title="Asks for this too" statements={gained} />
      <Permissions title="Asks for this no more" statements={lost} />
    </Section>
  )
}

function names(list: string[]): string {
  return list.join(', ')
}

function FactChanges({ fields, actions }: Pick<VersionDiff, 'fields' | 'actions'>) {
  const rows = [
    ...fields.map(({ field, before, after }) => ({ name: field, before, after })),
    ...(actions.removed.length > 0 ? [{ name: 'actions gone', before: names(actions.removed), after: null }] : []),
    ...(actions.added.length > 0 ? [{ name: 'actions new', before: null, after: names(actions.added) }] : []),
    ...(actions.changed.length > 0
      ? [{ name: 'actions changed', before: names(actions.changed), after: names(actions.changed) }]
      : []),
  ]
  if (rows.length === 0) return null
  return (
    <Section title="What it says of itself">
      <Table caption="Facts that changed">
        <thead>
          <tr>
            <Th>Fact</Th>
            <Th className="w-1/2">Before</Th>
            <Th className="w-1/2">After</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, before, after }) => (
            <tr key={name}>
              <Td className="whitespace-nowrap text-soft">{name}</Td>
              {[before, after].map((value, index) => (
                <Td key={index} className="min-w-40 break-name" dir="auto">
                  {value ?? <span className="text-faint">none</span>}
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  )
}

/** What a version may touch more or less than another, in words, then the facts that differ. */
export function DiffSummary({ diff }: { diff: VersionDiff }) {
  return (
    <>
      <PermissionChanges permissions={diff.permissions} />
      <FactChanges fields={diff.fields} actions={diff.actions} />
    </>
  )
}
