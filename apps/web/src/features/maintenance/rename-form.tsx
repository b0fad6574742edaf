'use client'

import { type SkillAddress, SkillName } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { formText } from '../../lib/form-text.ts'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { Mono } from '../../ui/mono.tsx'

/** Gives the skill another name, after saying what follows from it; then goes to its new address. */
export function RenameForm({ skill }: { skill: SkillAddress }) {
  const [wanted, setWanted] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const router = useRouter()
  const tell = useTell()
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const name = formText(new FormData(event.currentTarget), 'name').trim()
    const checked = SkillName.safeParse(name)
    const isSame = name === skill.name
    setProblem(isSame ? 'This is its name already.' : (checked.error?.issues[0]?.message ?? null))
    if (checked.success && !isSame) setWanted(name)
  }
  const rename = async () => {
    const body = { name: wanted ?? '' }
    const renamed = await browserClient.maintenance.rename({
      params: { publisher: skill.publisher, name: skill.name },
      body,
    })
    tell(`It is called ${renamed.name} now.`)
    router.push(paths.skillManage(renamed))
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-wrap items-start gap-4">
      <Field label="New name" required error={problem} className="w-72 max-w-full">
        {(control) => (
          <Input {...control} name="name" maxLength={64} autoComplete="off" spellCheck={false} className="font-mono" />
        )}
      </Field>
      <Button type="submit" className="sm:mt-6.5">
        Rename
      </Button>
      <Confirm
        open={wanted !== null}
        onOpenChange={() => setWanted(null)}
        title={
          <>
            Rename to <Mono>{wanted}</Mono>?
          </>
        }
        confirmLabel="Rename"
        cancelLabel="Leave it"
        onConfirm={rename}
      >
        <p>
          <Mono>
            @{skill.publisher}/{skill.name}
          </Mono>{' '}
          leads to the new name for ever and is never given to another skill. The next package has to carry the new name
          in SKILL.md.
        </p>
      </Confirm>
    </form>
  )
}
