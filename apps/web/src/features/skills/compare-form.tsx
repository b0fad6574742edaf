import type { SkillAddress, VersionSummary } from '@guildhall/contracts'
import Form from 'next/form'
import { paths } from '../../lib/paths.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/input.tsx'

export interface CompareFormProps {
  skill: SkillAddress
  /** The versions to choose from, the highest first. */
  versions: Pick<VersionSummary, 'version'>[]
  from: string | undefined
  to: string | undefined
}

function VersionChoice(props: { label: string; name: string; value: string | undefined; versions: string[] }) {
  const { label, name, value, versions } = props
  const known = value === undefined || versions.includes(value) ? versions : [value, ...versions]
  return (
    <Field label={label} className="min-w-36">
      {(control) => (
        <Select {...control} key={value} name={name} defaultValue={value} className="font-mono">
          {known.map((version) => (
            <option key={version}>{version}</option>
          ))}
        </Select>
      )}
    </Field>
  )
}

/** Chooses two versions and goes to what separates them. Works before any script has come. */
export function CompareForm({ skill, versions, from, to }: CompareFormProps) {
  const numbers = versions.map(({ version }) => version)
  return (
    <Form action={paths.skillDiff(skill)} className="flex flex-wrap items-end gap-4" scroll={false}>
      <VersionChoice label="From" name="from" value={from ?? numbers[1] ?? numbers[0]} versions={numbers} />
      <VersionChoice label="To" name="to" value={to ?? numbers[0]} versions={numbers} />
      <Button type="submit">Compare</Button>
    </Form>
  )
}
