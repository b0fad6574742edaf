import { expect, it } from 'vitest'
import { expressionsOf, parseTemplate, type TemplateFault } from './template.ts'

function read(text: string) {
  const faults: TemplateFault[] = []
  const template = parseTemplate(text, { faults, expressionsLeft: 10 })
  return { template, faults, expressions: expressionsOf(template).length }
}

it('leaves names of secrets as they are written', () => {
  for (const text of ['{{secrets.KEY}}', 'Bearer {{ secrets.KEY_2 }}', '{{secrets.A}}{{secrets.B}}'])
    expect(read(text)).toEqual({ template: { type: 'constant', value: text }, faults: [], expressions: 0 })
})

it('reads the expressions around them', () => {
  const { template, faults, expressions } = read('{{ input.user }}:{{secrets.KEY}}-{{ input.n }}')
  expect([faults, expressions]).toEqual([[], 2])
  expect(template).toMatchObject({ type: 'text', parts: [{}, ':{{secrets.KEY}}-', {}] })
})

it.each(['{{secrets.key}}', '{{ secrets }}', '{{secrets.KEY | length(@)}}'])('takes %s for an expression', (text) => {
  expect(read(text).expressions).toBe(1)
})
