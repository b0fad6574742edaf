import type { Visibility } from '@guildhall/contracts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/input.tsx'

const choices: { value: Visibility | ''; label: string }[] = [
  { value: '', label: 'As the skill has it; public for a new one' },
  { value: 'public', label: 'Public: everybody' },
  { value: 'private', label: 'Private: only me' },
]

/** The name of the control in its form. */
export const VISIBILITY = 'visibility'

/** Who may see what is published. */
export function VisibilityField({ error }: { error: string | undefined }) {
  return (
    <Field
      label="Who may see it"
      error={error}
      hint="Public skills have to meet the specification; private ones only have to be loadable."
    >
      {(control) => (
        <Select {...control} name={VISIBILITY}>
          {choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
