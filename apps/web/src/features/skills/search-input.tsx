'use client'

import type { SkillSuggestion } from '@guildhall/contracts'
import { type KeyboardEvent, useId, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { SuggestionList } from './suggestion-list.tsx'

export interface SearchInputProps {
  value: string
  onChange: (value: string) => void
  /** What the visitor may mean; offered below the line. */
  suggestions: SkillSuggestion[]
  onChoose: (suggestion: SkillSuggestion) => void
}

/** Which option comes after an arrow key; from the last one round to the line itself, which is -1. */
function stepped(active: number, step: 1 | -1, count: number): number {
  const places = count + 1
  return ((active + 1 + step + places) % places) - 1
}

interface Listbox {
  isShown: boolean
  /** The place that the arrow keys are on; -1 for the line itself. */
  active: number
  open: () => void
  close: () => void
  onKeyDown: (event: KeyboardEvent) => void
}

/** The keys of a combobox with a list: arrows go through it, Enter takes, Escape closes, then clears. */
function useListbox(count: number, onTake: (index: number) => void, onClear: () => void): Listbox {
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const isShown = isOpen && count > 0
  const show = (place: number, isWanted: boolean) => {
    setOpen(isWanted)
    setActive(place)
  }
  const close = () => show(-1, false)
  const step = (by: 1 | -1) => show(stepped(isShown ? active : -1, by, count), true)
  const enter = () => {
    close()
    if (isShown && active >= 0) onTake(active)
  }
  const actions: Record<string, () => void> = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: enter,
    Escape: () => (isShown ? close() : onClear()),
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const action = event.nativeEvent.isComposing ? undefined : actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  }
  return { isShown, active, open: () => show(-1, true), close, onKeyDown }
}

/** The large search line of the marketplace: a combobox whose list only ever helps, results come without it. */
export function SearchInput({ value, onChange, suggestions, onChoose }: SearchInputProps) {
  const listId = useId()
  const take = (index: number) => {
    const chosen = suggestions[index]
    if (chosen) onChoose(chosen)
  }
  const list = useListbox(suggestions.length, take, () => onChange(''))
  return (
    <search className="relative flex items-center border-b-2 border-ink focus-within:border-accent">
      <input
        type="search"
        role="combobox"
        aria-label="Search skills"
        aria-autocomplete="list"
        aria-expanded={list.isShown}
        aria-controls={listId}
        aria-activedescendant={list.isShown && list.active >= 0 ? `${listId}-${list.active}` : undefined}
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
          list.open()
        }}
        onKeyDown={list.onKeyDown}
        onBlur={list.close}
        maxLength={200}
        dir="auto"
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
      <SuggestionList
        id={listId}
        isShown={list.isShown}
        suggestions={suggestions}
        active={list.active}
        onChoose={(suggestion) => {
          list.close()
          onChoose(suggestion)
        }}
      />
    </search>
  )
}
