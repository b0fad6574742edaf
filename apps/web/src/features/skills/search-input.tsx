'use client'

import { Button } from '../../ui/button.tsx'

/** The large search line of the marketplace. */
export function SearchInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <search className="flex items-center border-b-2 border-ink focus-within:border-accent">
      <input
        type="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={200}
        dir="auto"
        aria-label="Search skills"
        placeholder="Search by name, purpose or tag"
        autoComplete="off"
        spellCheck={false}
        className="h-14 min-w-0 flex-1 bg-transparent font-serif text-xl outline-none focus-visible:outline-none"
      />
      {value !== '' && (
        <Button variant="plain" size="small" onClick={() => onChange('')}>
          Clear
        </Button>
      )}
    </search>
  )
}
