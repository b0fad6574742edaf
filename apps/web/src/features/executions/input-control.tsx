'use client'

import type { JsonValue } from '@guildhall/contracts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { type ControlProps, Field, FieldError } from '../../ui/field.tsx'
import { Input, Select, Textarea } from '../../ui/input.tsx'
import { problemWithin } from './input-problems.ts'
import { type Draft, draftOf, memberOfDraft, textOfDraft } from './input-draft.ts'
import type { GroupField, InputField, ListField, NumberField } from './input-field.ts'

export interface InputControlProps {
  name: string
  field: InputField
  path: string
  isRequired: boolean
  draft: Draft | undefined
  problems: ReadonlyMap<string, string>
  onChange: (draft: Draft) => void
}

function range({ minimum, maximum, isAboveMinimum, isBelowMaximum }: NumberField): string | null {
  const low = minimum === null ? null : `${isAboveMinimum ? 'above' : 'from'} ${minimum}`
  const high = maximum === null ? null : `${isBelowMaximum ? 'below' : 'to'} ${maximum}`
  return [low, high].filter(Boolean).join(' ') || null
}

function hintOf(field: InputField): string | null {
  const limits = field.kind === 'number' ? range(field) : null
  const description = limits === null ? field.description : field.description?.replace(/\.\s*$/, '')
  return [description, limits].filter(Boolean).join('; ') || null
}

const LONGEST_EXAMPLE = 300

/** An example as it would be written into the control, or the start of a long one. */
function exampleText(example: JsonValue | undefined): string | undefined {
  if (example === undefined) return undefined
  const text = typeof example === 'string' ? example : JSON.stringify(example, null, 2)
  return text.length > LONGEST_EXAMPLE ? `${text.slice(0, LONGEST_EXAMPLE)}…` : text
}

type SimpleControlProps = Pick<InputControlProps, 'field' | 'draft' | 'onChange'> & {
  control: ControlProps
  placeholder: string | undefined
}

function SimpleControl({ field, draft, onChange, control, placeholder }: SimpleControlProps) {
  const text = textOfDraft(draft)
  if (field.kind === 'choice')
    return (
      <Select {...control} value={text} onChange={({ target }) => onChange(target.value)}>
        <option value="">Choose…</option>
        {field.values.map((choice, index) => (
          <option key={index} value={String(index)}>
            {typeof choice === 'string' ? choice : JSON.stringify(choice)}
          </option>
        ))}
      </Select>
    )
  const shared = { ...control, value: text, placeholder, required: false, 'aria-required': control.required }
  const onText = ({ target }: { target: { value: string } }) => onChange(target.value)
  if (field.kind === 'json')
    return <Textarea {...shared} onChange={onText} dir="ltr" spellCheck={false} className="font-mono text-sm!" />
  if (field.kind === 'text' && field.isMultiline) return <Textarea {...shared} onChange={onText} dir="auto" />
  if (field.kind === 'number')
    return (
      <Input {...shared} onChange={onText} inputMode={field.isInteger ? 'numeric' : 'decimal'} className="numbers" />
    )
  return <Input {...shared} onChange={onText} dir="auto" autoComplete="off" />
}

/** Where an empty text is a value, its control says so. */
function exampleOfItem({ item, example }: ListField, index: number): string | undefined {
  if (item.kind === 'text' && item.minLength === 0) return 'empty'
  return exampleText(item.example ?? (Array.isArray(example) ? example[index] : undefined))
}

function ListControl({ field, ...props }: InputControlProps & { field: ListField }) {
  const drafts = Array.isArray(props.draft) ? props.draft : []
  const problem = props.problems.get(props.path)
  const isFull = field.maxItems !== null && drafts.length >= field.maxItems
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <Legend name={props.name} field={field} isRequired={props.isRequired} />
      {drafts.map((draft, index) => {
        const path = `${props.path}.${index}`
        return (
          <div key={index} className="flex items-end gap-2">
            <Field
              label={<span className="sr-only">{`${field.title ?? props.name} ${index + 1}`}</span>}
              error={props.problems.get(path)}
              className="min-w-0 flex-1 gap-0!"
            >
              {(control) => (
                <SimpleControl
                  field={field.item}
                  draft={draft}
                  control={control}
                  placeholder={exampleOfItem(field, index)}
                  onChange={(changed) => props.onChange(drafts.with(index, changed))}
                />
              )}
            </Field>
            <Button
              variant="plain"
              aria-label={`Remove ${field.title ?? props.name} ${index + 1}`}
              onClick={() => props.onChange(drafts.toSpliced(index, 1))}
            >
              Remove
            </Button>
          </div>
        )
      })}
      {problem && <FieldError message={problem} />}
      <Button
        size="small"
        className="self-start"
        disabled={isFull}
        onClick={() => props.onChange([...drafts, draftOf(field.item)])}
      >
        Add {drafts.length === 0 ? 'one' : 'another'}
      </Button>
    </fieldset>
  )
}

function Legend({ name, field, isRequired }: { name: string; field: InputField; isRequired: boolean }) {
  return (
    <legend className="mb-1 w-full text-sm">
      <span className="flex justify-between gap-4">
        <span className="font-[550] break-name">{field.title ?? name}</span>
        {!isRequired && <span className="text-faint">optional</span>}
      </span>
      {field.description && <span className="block text-soft">{field.description}</span>}
    </legend>
  )
}

function GroupControl({ field, ...props }: InputControlProps & { field: GroupField }) {
  return (
    <fieldset className="min-w-0 border-s border-rule ps-5">
      <Legend name={props.name} field={field} isRequired={props.isRequired} />
      <GroupMembers {...props} field={field} />
    </fieldset>
  )
}

export interface GroupMembersProps {
  field: GroupField
  path: string
  draft: Draft | undefined
  problems: ReadonlyMap<string, string>
  onChange: (draft: Draft) => void
}

/** The controls of an object, one under the other. */
export function GroupMembers({ field, path, draft, problems, onChange }: GroupMembersProps) {
  const whole = typeof draft === 'object' && !Array.isArray(draft) ? draft : {}
  return (
    <div className="flex flex-col gap-5">
      {field.members.map((member) => (
        <InputControl
          key={member.name}
          name={member.name}
          field={member.field}
          isRequired={member.isRequired}
          path={path === '' ? member.name : `${path}.${member.name}`}
          draft={memberOfDraft(draft, member.name)}
          problems={problems}
          onChange={(changed) => onChange({ ...whole, [member.name]: changed })}
        />
      ))}
    </div>
  )
}

/** The control for one value of an action's input. */
export function InputControl(props: InputControlProps) {
  const { name, field, path, isRequired, draft, problems, onChange } = props
  if (field.kind === 'group') return <GroupControl {...props} field={field} />
  if (field.kind === 'list') return <ListControl {...props} field={field} />
  if (field.kind === 'boolean')
    return (
      <Checkbox
        label={field.title ?? name}
        hint={field.description}
        checked={draft === true}
        onChange={({ target }) => onChange(target.checked)}
      />
    )
  return (
    <Field
      label={field.title ?? <code>{name}</code>}
      hint={hintOf(field)}
      error={field.kind === 'json' ? problemWithin(problems, path) : problems.get(path)}
      required={isRequired}
      optional={!isRequired}
    >
      {(control) => (
        <SimpleControl
          field={field}
          draft={draft}
          onChange={onChange}
          control={control}
          placeholder={exampleText(field.example)}
        />
      )}
    </Field>
  )
}
