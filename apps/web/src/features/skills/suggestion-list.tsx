import type { SkillSuggestion } from '@guildhall/contracts'
import { classNames } from '../../ui/class-names.ts'

const kindWords: Record<SkillSuggestion['kind'], string> = {
  skill: 'skill',
  publisher: 'publisher',
  tag: 'tag',
  spelling: 'did you mean',
}

export interface SuggestionListProps {
  id: string
  isShown: boolean
  suggestions: SkillSuggestion[]
  /** The place of the one that the arrow keys are on; -1 for none. */
  active: number
  onChoose: (suggestion: SkillSuggestion) => void
}

/** The list of a search line. The line keeps the focus; the pointer chooses without taking it. */
export function SuggestionList({ id, isShown, suggestions, active, onChoose }: SuggestionListProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Suggestions"
      hidden={!isShown}
      className="absolute inset-x-0 top-full z-30 max-h-96 overflow-y-auto border border-t-0 border-ink bg-paper py-1.5"
    >
      {suggestions.map((suggestion, index) => (
        <div
          key={`${suggestion.kind} ${suggestion.fullName ?? suggestion.text}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onPointerDown={(event) => {
            event.preventDefault()
            onChoose(suggestion)
          }}
          className={classNames(
            'flex min-h-10 cursor-pointer items-center justify-between gap-4 px-4 py-1.5 hover:bg-wash hover:text-accent',
            index === active && 'bg-wash text-accent',
          )}
        >
          <span className="min-w-0 truncate" dir="auto">
            {suggestion.displayName ?? suggestion.text}
            {suggestion.fullName && <code className="ms-3 text-sm opacity-80">{suggestion.fullName}</code>}
          </span>
          <span className="shrink-0 text-sm text-soft">{kindWords[suggestion.kind]}</span>
        </div>
      ))}
    </div>
  )
}
