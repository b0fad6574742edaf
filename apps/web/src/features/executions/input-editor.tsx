'use client'

import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Textarea } from '../../ui/input.tsx'
import { GroupMembers, InputControl } from './input-control.tsx'
import { problemWithin } from './input-problems.ts'
import { type InputEntry, readEntry, turned } from './input-entry.ts'
import type { GroupField, InputField } from './input-field.ts'

export interface InputEditorProps {
  field: InputField
  entry: InputEntry
  problems: ReadonlyMap<string, string>
  onChange: (entry: InputEntry) => void
}

interface JsonEditorProps {
  text: string
  problems: ReadonlyMap<string, string>
  onChange: (entry: InputEntry) => void
}

function JsonEditor({ text, problems, onChange }: JsonEditorProps) {
  return (
    <Field label="Input as JSON" error={problemWithin(problems, '')}>
      {(control) => (
        <Textarea
          {...control}
          value={text}
          onChange={({ target }) => onChange({ way: 'json', text: target.value })}
          dir="ltr"
          spellCheck={false}
          className="min-h-48 font-mono text-sm!"
        />
      )}
    </Field>
  )
}

function FormOrJson({ field, entry, problems, onChange }: InputEditorProps & { field: GroupField }) {
  const misread = readEntry(field, entry).problems
  const isUnreadable = entry.way === 'json' && misread.size > 0
  return (
    <div className="flex flex-col gap-5">
      {entry.way === 'json' ? (
        <JsonEditor text={entry.text} problems={isUnreadable ? misread : problems} onChange={onChange} />
      ) : (
        <GroupMembers
          field={field}
          path=""
          draft={entry.draft}
          problems={problems}
          onChange={(draft) => onChange({ way: 'form', draft })}
        />
      )}
      {field.members.length === 0 && entry.way === 'form' && <p className="text-soft">This action needs no input.</p>}
      {field.members.length > 0 && (
        <Button
          variant="plain"
          size="small"
          className="-mx-3 self-start"
          disabled={isUnreadable}
          onClick={() => onChange(turned(field, entry))}
        >
          {entry.way === 'json' ? 'Back to the form' : 'Write it as JSON'}
        </Button>
      )}
    </div>
  )
}

/** The input of an action: a form made from its schema, or the raw JSON for those who prefer it. */
export function InputEditor({ field, entry, problems, onChange }: InputEditorProps) {
  if (field.kind === 'group') return <FormOrJson field={field} entry={entry} problems={problems} onChange={onChange} />
  return (
    <InputControl
      name="Input"
      path=""
      isRequired
      field={field}
      draft={entry.way === 'form' ? entry.draft : undefined}
      problems={problems}
      onChange={(draft) => onChange({ way: 'form', draft })}
    />
  )
}
