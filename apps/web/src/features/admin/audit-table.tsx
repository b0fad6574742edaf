import type { AuditEntry, JsonValue } from '@guildhall/contracts'
import { shortDigest } from '../../lib/format.ts'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

const LONG = 40

/** An opaque id, short enough for a table: what kind of thing it names and how it ends. The whole of it is in its title. */
function Id({ id }: { id: string }) {
  const [prefix, rest] = id.split('_')
  return (
    <Mono title={id} className="whitespace-nowrap">
      {rest === undefined ? id : `${prefix}_…${rest.slice(-6)}`}
    </Mono>
  )
}

function Fact({ value }: { value: JsonValue }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONG && !text.includes(' ') ? <Mono title={text}>{shortDigest(text)}…</Mono> : text
}

/** The audit log, newest first; each line's hash covers the one before it. */
export function AuditTable({ entries }: { entries: AuditEntry[] }) {
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
              <Id id={entry.subject} />
            </Td>
            <Td>
              <Id id={entry.actor} />
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
