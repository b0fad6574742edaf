import { type AuditEntry, idPrefixes, type JsonValue } from '@guildhall/contracts'
import { shortDigest } from '../../lib/format.ts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

const LONG = 40
/** What the log calls the server itself. */
const SYSTEM = 'system'

/** An opaque id, short enough for a table: what kind of thing it names and how it ends. The whole of it is in its title. */
function Id({ id }: { id: string }) {
  const [prefix, rest] = id.split('_')
  return (
    <Mono title={id} className="whitespace-nowrap">
      {rest === undefined ? id : `${prefix}_…${rest.slice(-6)}`}
    </Mono>
  )
}

interface NamedProps {
  id: string
  /** Handles of people and publishers, by id. */
  handles: Record<string, string>
}

/** A person or a publisher by name; a submission as the way to it; anything else by its id. */
function Named({ id, handles }: NamedProps) {
  const handle = handles[id]
  if (handle !== undefined)
    return (
      <Link href={paths.publisher(handle)} title={id} className="quiet-link whitespace-nowrap">
        @{handle}
      </Link>
    )
  if (id === SYSTEM) return <span className="whitespace-nowrap">this server</span>
  if (id.startsWith(`${idPrefixes.submission}_`))
    return (
      <Link href={paths.reviewOf(id)} className="quiet-link">
        <Id id={id} />
      </Link>
    )
  return <Id id={id} />
}

function Fact({ value }: { value: JsonValue }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONG && !text.includes(' ') ? <Mono title={text}>{shortDigest(text)}…</Mono> : text
}

/** The audit log, newest first; each line's hash covers the one before it. */
export function AuditTable({ entries, handles }: { entries: AuditEntry[]; handles: NamedProps['handles'] }) {
  return (
    <Table caption="Audit log">
      <thead>
        <tr>
          <Th end>No.</Th>
          <Th>When</Th>
          <Th>Action</Th>
          <Th>Subject</Th>
          <Th>By</Th>
          <Th className="w-full">Facts</Th>
          <Th>Hash</Th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.seq}>
            <Td end className="text-soft">
              {entry.seq}
            </Td>
            <Td>
              <Timestamp at={entry.at} withTime />
            </Td>
            <Td className="font-[550] whitespace-nowrap">{entry.action}</Td>
            <Td>
              <Named id={entry.subject} handles={handles} />
            </Td>
            <Td>
              <Named id={entry.actor} handles={handles} />
            </Td>
            <Td className="min-w-64">
              {Object.entries(entry.facts).map(([name, value]) => (
                <span key={name} className="me-4 inline-block break-name">
                  <span className="text-soft">{name}</span> <Fact value={value} />
                </span>
              ))}
            </Td>
            <Td>
              <Mono title={entry.hash} className="whitespace-nowrap text-soft">
                {shortDigest(entry.hash)}
              </Mono>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
