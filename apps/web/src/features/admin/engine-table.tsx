import type { EngineKind, EngineStatus, IsolationLevel } from '@guildhall/contracts'
import { Mark } from '../../ui/mark.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { kindNames } from '../skills/kind-names.ts'

const isolationWords: Record<IsolationLevel, string> = {
  L0: 'none',
  L1: 'by the language',
  L2: 'by the operating system',
  L3: 'by a container',
}

const engineNames: Record<EngineKind, string> = { ...kindNames, shell: 'Scripts of bundles' }

/** Which kinds of skill this server can run, and how strongly they are walled off. */
export function EngineTable({ engines }: { engines: EngineStatus[] }) {
  return (
    <Table caption="Engines">
      <thead>
        <tr>
          <Th>Kind</Th>
          <Th>State</Th>
          <Th>Walled off</Th>
          <Th className="w-full">Remark</Th>
        </tr>
      </thead>
      <tbody>
        {engines.map(({ kind, runnable, isolation, message }) => (
          <tr key={kind}>
            <Td className="font-[550]">{engineNames[kind]}</Td>
            <Td>
              <Mark sign={runnable ? 'done' : 'none'}>{runnable ? 'runs here' : 'not runnable'}</Mark>
            </Td>
            <Td className="whitespace-nowrap">{isolation ? isolationWords[isolation] : '–'}</Td>
            <Td className="min-w-48">{message}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
