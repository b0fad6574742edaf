import { fullNameOf, type Import, type ImportItem } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { plural } from '../../lib/format.ts'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { FindingList } from '../publishing/finding-list.tsx'
import { outcomeWords } from './import-words.ts'

function Name({ publisher, item }: { publisher: string; item: ImportItem }) {
  const title = item.name === null ? item.path || 'the root' : fullNameOf({ publisher, name: item.name })
  return (
    <>
      {item.submissionId === null ? (
        <Mono>{title}</Mono>
      ) : (
        <Link href={paths.submission(item.submissionId)} className="link">
          <Mono>
            {title} {item.version}
          </Mono>
        </Link>
      )}
      {item.name !== null && <Mono className="block text-soft">{item.path || 'the root of the repository'}</Mono>}
    </>
  )
}

function Told({ item }: { item: ImportItem }) {
  return (
    <>
      <span dir="auto">{item.message}</span>
      {item.findings.length > 0 && (
        <details>
          <summary className="cursor-pointer py-1 text-accent hover:text-accent-strong">
            {plural(item.findings.length, 'finding')}
          </summary>
          <FindingList findings={item.findings} />
        </details>
      )}
    </>
  )
}

/** What became of every skill of a repository. */
export function ImportItems({ publisher, items }: Pick<Import, 'publisher' | 'items'>) {
  return (
    <Table caption="Skills of the repository">
      <thead>
        <tr>
          <Th>Skill</Th>
          <Th>Conformance</Th>
          <Th>Outcome</Th>
          <Th className="w-1/2">What happened</Th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={`${item.path} ${item.name}`}>
            <Td className="min-w-44">
              <Name publisher={publisher} item={item} />
            </Td>
            <Td>{item.conformance}</Td>
            <Td>
              <Mark sign={outcomeWords[item.outcome].sign}>{outcomeWords[item.outcome].words}</Mark>
            </Td>
            <Td className="min-w-56 break-name">
              <Told item={item} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
