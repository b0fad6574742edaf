import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { handleRules } from './handle-rules.ts'
import { RuleList } from './rule-list.tsx'

export interface HandleFieldProps {
  handle: string
  error: string | undefined
  onChange: (handle: string) => void
}

/** The handle of a new account, with its rules judged while it is typed. */
export function HandleField({ handle, error, onChange }: HandleFieldProps) {
  return (
    <Field
      label="Handle"
      required
      error={error}
      hint={
        <>
          <p className="break-name">
            Your skills will be called <code>@{handle || 'handle'}/name</code>. It cannot be changed later.
          </p>
          <RuleList rules={handleRules(handle)} />
        </>
      }
    >
      {(control) => (
        <Input
          {...control}
          value={handle}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={39}
          className="font-mono"
          onChange={({ target }) => onChange(target.value.toLowerCase())}
        />
      )}
    </Field>
  )
}
