import { Mark } from '../../ui/mark.tsx'
import type { Rule } from './handle-rules.ts'

/** Rules with a sign for those that are met. */
export function RuleList({ rules }: { rules: Rule[] }) {
  return (
    <ul>
      {rules.map(({ words, isMet }) => (
        <li key={words}>
          <Mark sign={isMet ? 'done' : 'pending'}>
            {words}
            <span className="sr-only">{isMet ? ', met' : ', not met yet'}</span>
          </Mark>
        </li>
      ))}
    </ul>
  )
}
