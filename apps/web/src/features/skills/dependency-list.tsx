import { parseFullName, type ResolvedDependency } from '@guildhall/contracts'
import type { ShownProblem } from '../../lib/problem.ts'
import { Link } from '../../lib/link.tsx'
import { shortDigest } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'

function SkillLink({ fullName }: { fullName: string }) {
  const address = parseFullName(fullName)
  if (!address) return <Mono>{fullName}</Mono>
  return (
    <Link href={paths.skill(address)} className="link">
      <Mono>{fullName}</Mono>
    </Link>
  )
}

function Declared({ dependencies }: { dependencies: [fullName: string, range: string][] }) {
  return (
    <ul>
      {dependencies.map(([fullName, range]) => (
        <li key={fullName} className="flex flex-wrap justify-between gap-x-6 border-b border-rule py-2.5">
          <SkillLink fullName={fullName} />
          <Mono className="text-soft">{range}</Mono>
        </li>
      ))}
    </ul>
  )
}

function Chosen({ items }: { items: ResolvedDependency[] }) {
  return (
    <Table caption="Skills that come along">
      <thead>
        <tr>
          <Th>Skill</Th>
          <Th>Version</Th>
          <Th className="w-full">Asked for by</Th>
          <Th end>Digest</Th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ fullName, version, digest, requiredBy }) => (
          <tr key={fullName}>
            <Td className="min-w-40">
              <SkillLink fullName={fullName} />
            </Td>
            <Td>
              <Mono>{version}</Mono>
            </Td>
            <Td className="min-w-48">
              {requiredBy.map((one) => (
                <Mono key={one.fullName} className="block text-soft">
                  {one.fullName} {one.range}
                </Mono>
              ))}
            </Td>
            <Td end>
              <Mono title={digest}>{shortDigest(digest)}…</Mono>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

export interface DependencyListProps {
  /** What the version itself asks for: full names to ranges. */
  declared: Record<string, string>
  /** What is chosen for the whole graph now, or why nothing can be. */
  resolved: { items: ResolvedDependency[] } | { problem: ShownProblem; path: string[] }
}

/** The skills that a version needs: as it says, and as they are chosen now. */
export function DependencyList({ declared, resolved }: DependencyListProps) {
  const entries = Object.entries(declared)
  if (entries.length === 0)
    return <EmptyState title="No dependencies">This version works without any other skill.</EmptyState>
  return (
    <div className="flex flex-col gap-12">
      <Section title="Asked for">
        <Declared dependencies={entries} />
      </Section>
      <Section title="Chosen now" aside="installed together">
        {'items' in resolved ? (
          <Chosen items={resolved.items} />
        ) : (
          <div className="pt-4">
            <Notice tone="problem" title={resolved.problem.title}>
              {resolved.path.length > 0 && <Mono className="block">{resolved.path.join(' → ')}</Mono>}
              {resolved.problem.remedy}
            </Notice>
          </div>
        )}
      </Section>
    </div>
  )
}
