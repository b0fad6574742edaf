'use client'

import { Visibility } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { formText } from '../../lib/form-text.ts'
import { freshIdempotencyKey } from '../../lib/idempotency-key.ts'
import { paths } from '../../lib/paths.ts'
import type { ShownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { VISIBILITY, VisibilityField } from '../publishing/visibility-field.tsx'

const examples = [
  { source: 'owner/repo', words: 'every skill of a repository' },
  { source: 'owner/repo/skills/writing', words: 'those below a folder' },
  { source: 'owner/repo@seo-writer', words: 'one of them, by name' },
  { source: 'owner/repo#v2.1.0', words: 'at a branch, a tag or a commit' },
  { source: 'https://git.example.com/owner/repo.git', words: 'from any other host' },
]

function Examples({ onChoose }: { onChoose: (source: string) => void }) {
  return (
    <ul aria-label="Examples" className="border-t border-rule text-sm">
      {examples.map(({ source, words }) => (
        <li key={source} className="flex flex-wrap items-center justify-between gap-x-4 border-b border-rule">
          <button
            type="button"
            onClick={() => onChoose(source)}
            className="min-h-8 min-w-0 text-start text-accent hover:text-accent-strong"
          >
            <Mono>{source}</Mono>
          </button>
          <span className="text-soft">{words}</span>
        </li>
      ))}
    </ul>
  )
}

function Hints({ onChoose }: { onChoose: (source: string) => void }) {
  return (
    <div>
      <p className="pb-2 text-sm font-[550]">Ways to say it</p>
      <Examples onChoose={onChoose} />
      <p className="pt-3 text-sm text-soft">
        Nothing in the repository is executed: its files are read at one commit, and the commit is recorded with every
        version. Importing again hands in only what changed.
      </p>
    </div>
  )
}

function Narrowing({ problem }: { problem: ShownProblem | null }) {
  return (
    <>
      <Field
        label="Only these skills"
        optional
        hint="Names, with commas or spaces between. Else every skill that is found."
        error={problem?.fields.get('skills')}
      >
        {(control) => <Input {...control} name="skills" autoComplete="off" spellCheck={false} className="font-mono" />}
      </Field>
      <VisibilityField error={problem?.fields.get('visibility')} />
    </>
  )
}

const namesOf = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== '')

/** Asks for a repository and goes on to its import. */
export function ImportForm({ publisher }: { publisher: string }) {
  const { busy, problem, submit } = useFormSubmission()
  const [source, setSource] = useState('')
  const router = useRouter()
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const skills = namesOf(formText(form, 'skills'))
    const visibility = Visibility.safeParse(formText(form, VISIBILITY)).data
    void submit(async () => {
      const started = await browserClient.imports.start(
        {
          params: { publisher },
          body: { source, ...(skills.length > 0 && { skills }), ...(visibility && { visibility }) },
        },
        { idempotencyKey: freshIdempotencyKey() },
      )
      router.push(paths.import(started.id))
    })
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-6">
      <div className="grid gap-x-12 gap-y-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div className="flex flex-col gap-6">
          <Field label="Repository" required error={problem?.fields.get('source')}>
            {(control) => (
              <Input
                {...control}
                value={source}
                maxLength={2048}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                placeholder="owner/repo"
                className="font-mono"
                onChange={({ target }) => setSource(target.value)}
              />
            )}
          </Field>
          <Narrowing problem={problem} />
        </div>
        <Hints onChoose={setSource} />
      </div>
      {problem && (
        <Notice tone="problem" title={problem.title}>
          {problem.remedy}
        </Notice>
      )}
      <Button type="submit" variant="primary" busy={busy} disabled={source.trim() === ''} className="self-start">
        Import
      </Button>
    </form>
  )
}
