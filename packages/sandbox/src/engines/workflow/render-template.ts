import type { JsonObject } from '@guildhall/contracts'
import type { Template } from '@guildhall/skill-format/workflow'
import { evaluate, type Evaluation } from '../../expression/evaluate.ts'
import { jsonText } from '../../expression/json-text.ts'
import { checkText } from '../../expression/text-limit.ts'
import type { Value } from '../../expression/value.ts'
import type { WorkMeter } from '../../expression/work-meter.ts'

const noVariables: ReadonlyMap<string, Value> = new Map()

/**
 * The value of a template on the values of a workflow. Undefined where it is one expression that finds nothing; such members of objects are
 * left out. Throws ValueError or WorkLimitError.
 */
export function renderTemplate(template: Template, root: JsonObject, meter: WorkMeter): Value {
  meter.begin()
  return render(template, { root, variables: noVariables, meter })
}

function render(template: Template, scene: Evaluation): Value {
  const { meter, root } = scene
  meter.spend(1)
  switch (template.type) {
    case 'constant':
      return template.value
    case 'expression':
      return evaluate(template.expression, root, scene)
    case 'text': {
      const parts = template.parts.map((part) =>
        typeof part === 'string' ? part : textOf(evaluate(part, root, scene), meter),
      )
      checkText(
        parts.reduce((sum, part) => sum + part.length, 0),
        meter,
      )
      return parts.join('')
    }
    case 'list':
      return template.items.map((item) => render(item, scene) ?? null)
    case 'object':
      return Object.fromEntries(
        template.members.flatMap(([name, member]) => {
          const value = render(member, scene)
          return value === undefined ? [] : [[name, value] as const]
        }),
      )
  }
}

function textOf(value: Value, meter: WorkMeter): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : jsonText(value, meter)
}
