import { type Execution, parseFullName } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { Mono } from '../../ui/mono.tsx'

/** The skill and version that ran; a published one leads to its page. */
export function RunOrigin({ run: { skill, version } }: { run: Pick<Execution, 'skill' | 'version'> }) {
  const address = parseFullName(skill)
  return (
    <>
      {address ? (
        <Link href={paths.skill(address)} className="link">
          <Mono>{skill}</Mono>
        </Link>
      ) : (
        <Mono>{skill}</Mono>
      )}{' '}
      <Mono>{version}</Mono>
    </>
  )
}
