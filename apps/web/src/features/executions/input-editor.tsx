'use client'

import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Textarea } from '../../ui/input.tsx'
import { GroupMembers, InputControl } from './input-control.tsx'
import { type Draft, draftOf, readDraft } from './input-draft.ts'
import type { InputField } from './input-field.ts'

export interface InputEditorProps {
  field: InputField
  draft: Draft
  problems: ReadonlyMap<string, string>
  onChange: (draft: Draft) => void
}

/** The same input as JSON; it flows back into the form while it can be read. */
function JsonEditor({ field, draft, onChange }: Omit<InputEditorProps, 'problems'>) {
  const [text, setText] = useState(() =>
    JSON.stringify(readDraft(field, draft, { path: '', isRequired: true }).value ?? {}, null, 2),
  )
  const [error, setError] = useState<string | null>(null)
  const change = (changed: string) => {
    setText(changed)
    try {
      onChange(draftOf(field, JSON.parse(changed)))
      setError(null)
    } catch (problem) {
      setError(`This is not valid JSON: ${problem instanceof Error ? problem.message : String(problem)}`)
    }
  }
  return (
    <Field label="Input as JSON" error={error}>
      {(control) => (
        <Textarea
          {...control}
          value={text}
          onChange={({ target }) => change(target.value)}
          dir="ltr"
          spellCheck={false}
          className="min-h-48 font-mono text-sm!"
        />
      )}
    </Field>
  )
}

/** The input of an action: a form made from its schema, or the raw JSON for those who prefer it. */
export function InputEditor(props: InputEditorProps) {
  const { field, draft, problems, onChange } = props
  const [isRaw, setRaw] = useState(false)
  if (field.kind !== 'group')
    return (
      <InputControl
        name="Input"
        path=""
        isRequired
        field={field}
        draft={draft}
        problems={problems}
        onChange={onChange}
      />
    )
  return (
    <div className="flex flex-col gap-5">
      {isRaw ? <JsonEditor {...props} /> : <GroupMembers {...props} field={field} path="" />}
      {field.members.length === 0 && !isRaw && <p className="text-soft">This action needs no input.</p>}
      {field.members.length > 0 && (
        <Button variant="plain" size="small" className="-mx-3 self-start" onClick={() => setRaw(!isRaw)}>
          {isRaw ? 'Back to the form' : 'Write it as JSON'}
        </Button>
      )}
    </div>
  )
}
