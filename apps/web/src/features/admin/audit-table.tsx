import type { AuditEntry } from '@guildhall/contracts'
import { shortDigest } from '../../lib/format.ts'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

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
              <Mono className="block max-w-56 min-w-24">{entry.subject}</Mono>
            </Td>
            <Td>
              <Mono className="block max-w-56 min-w-24">{entry.actor}</Mono>
            </Td>
            <Td className="min-w-48">
              {Object.entries(entry.facts).map(([name, value]) => (
                <span key={name} className="block break-name">
                  <span className="text-soft">{name}</span> {typeof value === 'string' ? value : JSON.stringify(value)}
                </span>
              ))}
            </Td>
            <Td>
              <Mono title={entry.hash} className="text-soft">
                {shortDigest(entry.hash)}
              </Mono>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
