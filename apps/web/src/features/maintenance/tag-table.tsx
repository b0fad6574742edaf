'use client'

import type { SkillAddress, TagEntry } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import type { FormEvent } from 'react'
import { formText } from '../../lib/form-text.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Field } from '../../ui/field.tsx'
import { Input, Select } from '../../ui/input.tsx'
import { Mono } from '../../ui/mono.tsx'
import { FormOutcome } from './form-outcome.tsx'
import { ReasonAction } from './reason-action.tsx'

/** The tag that every skill has. */
const LATEST = 'latest'

export interface TagTableProps {
  skill: SkillAddress
  tags: TagEntry[]
  /** The versions that a tag can name. */
  versions: string[]
}

function Tag({ skill, tag, version }: { skill: SkillAddress } & TagEntry) {
  return (
    <li className="flex min-h-11 items-center gap-4 border-b border-rule py-1.5">
      <Mono className="w-32 font-[550]">{tag}</Mono>
      <Mono className="flex-1 text-soft">{version}</Mono>
      {tag !== LATEST && (
        <ReasonAction
          label="Remove"
          about={`the tag ${tag}`}
          title={`Remove the tag ${tag}?`}
          consequence={`Whoever asks for ${tag} finds nothing any more. The version stays.`}
          done={`The tag ${tag} is gone.`}
          onDo={() =>
            browserClient.maintenance.removeTag({ params: { publisher: skill.publisher, name: skill.name, tag } })
          }
        />
      )}
    </li>
  )
}

type TagFormProps = Omit<TagTableProps, 'tags'>

function TagForm({ skill, versions }: TagFormProps) {
  const { busy, problem, submit } = useFormSubmission()
  const router = useRouter()
  const tell = useTell()
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const [tag, version] = ['tag', 'version'].map((name) => formText(new FormData(form), name).trim())
    void submit(async () => {
      const params = { publisher: skill.publisher, name: skill.name, tag: tag ?? '' }
      await browserClient.maintenance.setTag({ params, body: { version: version ?? '' } })
      form.reset()
      tell(`The tag ${tag} names ${version} now.`)
      router.refresh()
    })
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4 pt-5">
      <div className="flex flex-wrap items-start gap-4">
        <Field label="Tag" required className="w-40" error={problem?.fields.get('tag')}>
          {(control) => (
            <Input {...control} name="tag" maxLength={32} placeholder="beta" autoComplete="off" className="font-mono" />
          )}
        </Field>
        <Field label="Names version" required className="w-40" error={problem?.fields.get('version')}>
          {(control) => (
            <Select {...control} name="version" className="font-mono">
              {versions.map((version) => (
                <option key={version}>{version}</option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" busy={busy} className="sm:mt-6.5">
          Set the tag
        </Button>
      </div>
      <FormOutcome problem={problem} done={null} />
    </form>
  )
}

/** The tags of a skill, and a form that moves one or makes a new one. */
export function TagTable({ skill, tags, versions }: TagTableProps) {
  return (
    <>
      {tags.length > 0 && (
        <ul className="border-t border-rule">
          {tags.map((entry) => (
            <Tag key={entry.tag} skill={skill} {...entry} />
          ))}
        </ul>
      )}
      {versions.length > 0 ? (
        <TagForm skill={skill} versions={versions} />
      ) : (
        <p className="text-soft">A tag names a version that is given out. None is now.</p>
      )}
    </>
  )
}
