import type { PermissionStatement, Risk } from '@guildhall/contracts'
import { Label, type LabelProps } from '../../ui/label.tsx'

const weights: Record<Risk, LabelProps['weight']> = { high: 'solid', medium: 'outline', low: 'plain' }
const words: Record<Risk, string> = { high: 'High risk', medium: 'Medium', low: 'Low' }

export interface PermissionListProps {
  statements: PermissionStatement[]
  /** Ids of those that an earlier consent did not cover. */
  added?: ReadonlySet<string>
}

/** What a skill may touch, in plain words, the riskiest first. */
export function PermissionList({ statements, added }: PermissionListProps) {
  if (statements.length === 0)
    return (
      <p className="border-y border-rule py-4">
        It asks for nothing: no files, no network, no storage. It only sees the input you give it.
      </p>
    )
  return (
    <ul className="border-t border-rule">
      {statements.map(({ id, risk, title, consequence }) => (
        <li key={id} className="grid grid-cols-[5.25rem_minmax(0,1fr)] gap-3 border-b border-rule py-3">
          <span className="pt-0.5">
            <Label weight={weights[risk]}>{words[risk]}</Label>
          </span>
          <span className="min-w-0 break-name">
            <span className="block font-[550]">
              {title}
              {added?.has(id) && <span className="ms-2 text-sm font-normal text-soft">new in this version</span>}
            </span>
            <span className="block text-sm text-soft">{consequence}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
