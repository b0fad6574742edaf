import type { Finding } from '@guildhall/contracts'
import { Label, type LabelProps } from '../../ui/label.tsx'
import { Mono } from '../../ui/mono.tsx'

const weights: Record<Finding['severity'], LabelProps['weight']> = { error: 'solid', warning: 'outline', info: 'plain' }
const words: Record<Finding['severity'], string> = { error: 'Error', warning: 'Warning', info: 'Note' }
const order: Record<Finding['severity'], number> = { error: 0, warning: 1, info: 2 }

/** What the checkers saw: what, where, and how to mend it; errors first. */
export function FindingList({ findings }: { findings: Finding[] }) {
  const sorted = [...findings].sort((a, b) => order[a.severity] - order[b.severity])
  return (
    <ol className="border-t border-rule">
      {sorted.map((finding, index) => (
        <li key={index} className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-3 border-b border-rule py-3">
          <span className="pt-0.5">
            <Label weight={weights[finding.severity]}>{words[finding.severity]}</Label>
          </span>
          <div className="min-w-0 break-name">
            <p className="font-[550]" dir="auto">
              {finding.message}
            </p>
            {!finding.message.endsWith(finding.remedy) && (
              <p className="text-soft" dir="auto">
                {finding.remedy}
              </p>
            )}
            <p className="numbers mt-0.5 text-sm text-soft">
              {finding.file !== null && (
                <>
                  <Mono className="text-ink">
                    {finding.file}
                    {finding.line !== null && `:${finding.line}`}
                  </Mono>
                  ,{' '}
                </>
              )}
              rule <Mono>{finding.rule}</Mono>
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
