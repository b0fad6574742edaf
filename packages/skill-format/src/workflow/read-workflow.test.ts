import type { JsonObject } from '@guildhall/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAction, workflowFaults } from './read-workflow.ts'

const closed: JsonObject = {
  type: 'object',
  properties: { text: { type: 'string' }, rows: { type: 'array' } },
  additionalProperties: false,
}
const oneAction = new Map([['run', closed]])
const value = (id: string, more: object = {}) => ({ id, value: 1, ...more })
const parse = { id: 'rows', tool: 'csv.parse', with: { text: '{{ input.text }}' } }

test('a sound workflow has no faults, in either form', () => {
  const body = {
    steps: [
      {
        ...parse,
        retry: { attempts: 3 },
        timeoutMs: 100,
        compensate: { tool: 'csv.stringify', with: { rows: '{{ steps.rows.output }}' } },
      },
      {
        id: 'each',
        forEach: { in: '{{ steps.rows.output }}', each: 'row', at: 'number', concurrency: 4 },
        steps: [value('inner'), { id: 'sum', value: '{{ steps.inner.output + number + length(row) }}' }],
        output: '{{ steps.sum.output }}',
      },
      {
        id: 'call',
        skill: '@a/b',
        action: 'go',
        join: 'any',
        needs: ['rows', 'each'],
        if: '{{ !input.text }}',
        log: 'called {{ steps.call.output }}',
      },
    ],
    output: { all: '{{ steps.each.output }}', failed: "{{ steps.call.status == 'failed' }}" },
  }
  expect(workflowFaults(body, oneAction)).toEqual([])
  expect(workflowFaults({ $schema: 'x', actions: { run: body } }, oneAction)).toEqual([])
})

type Case = [what: string, workflow: unknown, ...expected: [rule: string, pointer: string, message: RegExp]]
const steps = (...all: unknown[]) => ({ steps: all, output: null })

test.each<Case>([
  ['no object', null, 'invalid', '', /JSON object/],
  ['neither steps nor actions', {}, 'invalid', '', /no steps and output/],
  ['both', { ...steps(value('a')), actions: {} }, 'invalid', '', /both/],
  ['an unknown word', { ...steps(value('a')), jobs: 1 }, 'invalid', '', /jobs/],
  [
    'an action that nobody described',
    { actions: { go: steps(value('a')), run: steps(value('b')) } },
    'unreachable',
    'actions.go',
    /no action go/,
  ],
  ['an action that is missing', { actions: {} }, 'invalid', 'actions', /no action run/],
  ['a step of two kinds', steps({ ...parse, value: 1 }), 'step', 'steps.0', /tool and value/],
  ['a step of no kind', steps({ id: 'a' }), 'step', 'steps.0', /none of/],
  ['a skill without action', steps({ id: 'a', skill: '@a/b' }), 'step', 'steps.0', /belong together/],
  ['a call by another name', steps({ id: 'a', tool: 'skills.call' }), 'step', 'steps.0.tool', /names the skill/],
  ['retry of a value', steps(value('a', { retry: { attempts: 2 } })), 'step', 'steps.0.retry', /means nothing/],
  [
    'a compensation of nothing',
    steps({ ...parse, compensate: {} }),
    'step',
    'steps.0.compensate',
    /either a tool or a skill/,
  ],
  ['too many tries', steps({ ...parse, retry: { attempts: 11 } }), 'invalid', 'steps.0.retry.attempts', /10/],
  [
    'a retry that cannot help',
    steps({ ...parse, retry: { attempts: 2, on: ['permission_denied'] } }),
    'invalid',
    'steps.0.retry.on.0',
    /timeout/,
  ],
  ['two of one id', steps(value('a'), value('a')), 'duplicate-id', 'steps.1.id', /two steps a/],
  [
    'one id on two levels',
    steps(value('a'), { id: 'b', steps: [value('a')] }),
    'duplicate-id',
    'steps.1.steps.0.id',
    /two steps a/,
  ],
  ['a step that needs itself', steps(value('a', { needs: ['a'] })), 'cycle', 'steps.0.needs.0', /itself/],
  [
    'a circle',
    steps(value('a', { needs: ['c'] }), value('b', { needs: ['a'] }), { id: 'c', value: '{{ steps.b.output }}' }),
    'cycle',
    'steps.0',
    /a -> c -> b -> a/,
  ],
  ['an unknown need', steps(value('a', { needs: ['z'] })), 'reference', 'steps.0.needs.0', /no step z beside/],
  [
    'an any of one',
    steps(value('a'), value('b', { needs: ['a'], join: 'any' })),
    'step',
    'steps.1.join',
    /two or more/,
  ],
  ['an unknown step', steps({ id: 'a', value: '{{ steps.z.output }}' }), 'reference', 'steps.0.value', /no step z/],
  ['its own output', steps({ id: 'a', value: '{{ steps.a.output }}' }), 'reference', 'steps.0.value', /no step a/],
  [
    'a step within another',
    { steps: [{ id: 'a', steps: [value('b')] }], output: '{{ steps.b.output }}' },
    'reference',
    'output',
    /no step b/,
  ],
  [
    'a step without its output',
    steps(value('a'), { id: 'b', value: '{{ steps.a.rows }}' }),
    'reference',
    'steps.1.value',
    /steps\.a\.output/,
  ],
  ['all steps at once', steps({ id: 'a', value: '{{ keys(steps) }}' }), 'reference', 'steps.0.value', /one by one/],
  ['everything at once', steps({ id: 'a', value: '{{ @ }}' }), 'reference', 'steps.0.value', /by name/],
  [
    'everything by a pipe',
    steps({ id: 'a', value: '{{ steps | keys(@) }}' }),
    'reference',
    'steps.0.value',
    /one by one/,
  ],
  [
    'everything by a variable',
    steps({ id: 'a', value: '{{ let $x = $ in $x.steps }}' }),
    'reference',
    'steps.0.value',
    /by name/,
  ],
  [
    'a root within a filter',
    steps({ id: 'a', value: '{{ input.rows[?x == $.steps.z.output] }}' }),
    'reference',
    'steps.0.value',
    /no step z/,
  ],
  ['an unknown input', steps({ id: 'a', value: '{{ input.txt }}' }), 'reference', 'steps.0.value', /no input txt/],
  [
    'text in double quotes',
    steps({ id: 'a', value: '{{ input.text == "x" }}' }),
    'reference',
    'steps.0.value',
    /single quotes/,
  ],
  [
    'an item outside of its loop',
    steps(value('a', { forEach: { in: [] } }), { id: 'b', value: '{{ item }}' }),
    'reference',
    'steps.1.value',
    /no item here/,
  ],
  [
    'a loop over text',
    steps(value('a', { forEach: { in: 'x {{ input.text }}' } })),
    'step',
    'steps.0.forEach.in',
    /not a list/,
  ],
  [
    'a loop that takes a name',
    steps(value('a', { forEach: { in: [], each: 'input' } })),
    'step',
    'steps.0.forEach',
    /taken/,
  ],
  [
    'too much at the same time',
    steps(value('a', { forEach: { in: [], concurrency: 17 } })),
    'invalid',
    'steps.0.forEach.concurrency',
    /16/,
  ],
  [
    'an expression with a fault',
    steps({ id: 'a', value: { x: ['{{ sum( }}'] } }),
    'expression',
    'steps.0.value.x.0',
    /at character 9/,
  ],
  ['braces that stay open', steps({ id: 'a', value: '{{ input.text' }), 'expression', 'steps.0.value', /not closed/],
  ['a condition in words', steps(value('a', { if: 'always' })), 'expression', 'steps.0.if', /one \{\{ expression/],
  [
    'a step that never runs',
    steps(value('a', { if: '{{ false }}' }), value('b')),
    'unreachable',
    'steps.0',
    /never true/,
  ],
  [
    'what waits for one that never runs',
    steps(value('b', { needs: ['a'] }), value('a', { if: '{{ null }}' })),
    'unreachable',
    'steps.1',
    /never true/,
  ],
  [
    'steps without end',
    steps(...Array.from({ length: 101 }, (_, index) => value(`a${index}`))),
    'limit',
    '',
    /100 steps/,
  ],
  [
    'expressions without end',
    { steps: [value('a')], output: Array.from({ length: 501 }, () => '{{ input.text }}') },
    'expression',
    'output.500',
    /500 expressions/,
  ],
  [
    'levels without end',
    steps({ id: 'a', steps: [{ id: 'b', steps: [{ id: 'c', steps: [{ id: 'd', steps: [value('e')] }] }] }] }),
    'limit',
    'steps.0.steps.0.steps.0.steps.0',
    /4 levels/,
  ],
])('%s is refused, with the place and what to do', (_, workflow, ...[rule, pointer, message]) => {
  const [fault] = workflowFaults(workflow, oneAction)
  expect(fault).toMatchObject({ rule, message: expect.stringMatching(message) })
  expect(fault?.pointer.join('.')).toBe(pointer)
  expect(fault?.remedy).not.toBe('')
})

test('whoever runs it gets the same faults without the package', () => {
  expect(readAction(steps({ id: 'a', value: '{{ steps.z.output }}' }), 'run')).toMatchObject({
    fault: { rule: 'reference' },
  })
  expect(readAction({ actions: { go: steps(value('a')) } }, 'run')).toMatchObject({ fault: { rule: 'invalid' } })
  expect(readAction({ actions: { go: steps(value('a')) } }, '__proto__')).toMatchObject({ fault: { rule: 'invalid' } })
  expect(readAction(steps(value('a')), 'run')).toMatchObject({ status: 'planned' })
})

test('a step waits for what its expressions name, also those of the steps within it', () => {
  const result = readAction(
    steps(
      value('a'),
      value('b'),
      {
        id: 'c',
        needs: ['a'],
        forEach: { in: '{{ steps.b.output }}' },
        steps: [{ id: 'd', value: ['{{ steps.e.output }}', '{{ steps.f.output }}'] }, value('e')],
      },
      value('f'),
    ),
    'run',
  )
  const plan = result.status === 'planned' ? result.plan.steps[2] : null
  expect(plan?.needs).toEqual({ succeeded: ['a', 'b', 'f'], ended: [], any: [] })
})

test('a graph is sound exactly where its steps can be put in an order', () => {
  const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 })
  fc.assert(
    fc.property(edges, (pairs) => {
      const needs = Array.from({ length: 8 }, (_, to) => [
        ...new Set(pairs.filter(([, b]) => b === to).map(([a]) => a)),
      ])
      const isOrdered = (open: number[]): boolean => {
        const rest = open.filter((id) => needs[id]?.some((need) => open.includes(need)))
        return rest.length === 0 || (rest.length < open.length && isOrdered(rest))
      }
      const all = needs.map((list, id) => value(`s${id}`, { needs: list.map((need) => `s${need}`) }))
      const faults = workflowFaults(steps(...all), oneAction)
      expect(faults.some(({ rule }) => rule === 'cycle')).toBe(!isOrdered(needs.map((_, id) => id)))
    }),
  )
})

test('whatever the JSON is, it is judged', () => {
  const word = fc.constantFrom(
    'steps',
    'actions',
    'output',
    'id',
    'tool',
    'value',
    'with',
    'needs',
    'forEach',
    'if',
    '__proto__',
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.constant('{{ steps.a.output }}'),
      fc.array(tie('tree')),
      fc.dictionary(word, tie('tree')),
    ),
  }))
  fc.assert(
    fc.property(tree, (json) => {
      const faults = workflowFaults(JSON.parse(JSON.stringify(json)), oneAction)
      expect(faults.every(({ message, remedy }) => message !== '' && remedy !== '')).toBe(true)
    }),
  )
})
