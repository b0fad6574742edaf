'use client'

import { type Installation, parseFullName } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button } from '../../ui/button.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { FieldError } from '../../ui/field.tsx'
import { Mono } from '../../ui/mono.tsx'

function NeededSkill({ fullName, version }: Installation['needs'][number]) {
  const address = parseFullName(fullName)
  const name = <Mono>{fullName}</Mono>
  return (
    <li className="flex flex-wrap gap-x-2 py-1">
      {address ? (
        <Link href={paths.skill(address)} className="underline">
          {name}
        </Link>
      ) : (
        name
      )}
      <Mono className="text-soft">{version}</Mono>
    </li>
  )
}

/** The skills that runs of an installation may call, at the versions they keep to, with the way to newer ones. */
export function NeededSkills({ installation }: { installation: Installation }) {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const router = useRouter()
  const tell = useTell()
  const { id, version, granted, needs } = installation
  if (needs.length === 0) return null

  const chooseAnew = async () => {
    setBusy(true)
    setProblem(null)
    try {
      const now = await browserClient.installations.changeVersion({ params: { id }, body: { version, granted } })
      const had = new Set(needs.map((one) => `${one.fullName} ${one.version}`))
      const changed = now.needs.map((one) => `${one.fullName} ${one.version}`).filter((one) => !had.has(one))
      tell(
        changed.length > 0 ? `From now on it calls ${changed.join(', ')}.` : 'There is nothing newer that it may call.',
      )
      router.refresh()
    } catch (error) {
      setProblem(shownProblem(error).remedy)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="mt-6">
      <h3 className="font-semibold">It may call</h3>
      <ul className="mt-1">
        {needs.map((one) => (
          <NeededSkill key={one.fullName} {...one} />
        ))}
      </ul>
      <p className="mt-2 text-sm text-soft">Its runs keep to these versions, whatever is released later.</p>
      <Button size="small" className="mt-3" busy={isBusy} onClick={() => void chooseAnew()}>
        Look for newer versions
      </Button>
      {problem && <FieldError message={problem} />}
    </section>
  )
}
