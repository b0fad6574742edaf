import type { JsonObject, JsonValue } from '@guildhall/contracts'
import type { Locator, Page } from 'playwright-core'
import * as z from 'zod'

const Property = z.looseObject({
  title: z.string(),
  type: z.string().optional(),
  enum: z.array(z.json()).optional(),
  items: z.looseObject({ type: z.string().optional() }).optional(),
})
type Property = z.infer<typeof Property>
const Properties = z.object({ properties: z.record(z.string(), Property) })

const SIMPLE = ['string', 'number', 'integer', 'boolean']

const isSimple = ({ type, items }: Property): boolean =>
  SIMPLE.includes(type ?? '') || (type === 'array' && SIMPLE.includes(items?.type ?? ''))

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
/** A control by its title, whether it must be filled in or not. */
const labelled = (within: Page | Locator, title: string): Locator =>
  within.getByLabel(new RegExp(String.raw`^${escaped(title)}\s*(optional)?$`))

const wordsOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value))

async function setOne(control: Locator, property: Pick<Property, 'enum'>, value: JsonValue): Promise<void> {
  if (typeof value === 'boolean') return control.setChecked(value)
  if (property.enum) return void (await control.selectOption({ label: wordsOf(value) }))
  return control.fill(wordsOf(value))
}

async function setList(page: Page, { title, items = {} }: Property, values: readonly JsonValue[]): Promise<void> {
  const group = page.getByRole('group', { name: new RegExp(`^${escaped(title)}`) })
  const remove = group.getByRole('button', { name: /^Remove / })
  while ((await remove.count()) > 0) await remove.last().click()
  for (const [index, value] of values.entries()) {
    await group.getByRole('button', { name: /^Add / }).click()
    await setOne(labelled(group, `${title} ${index + 1}`), Property.partial().parse(items), value)
  }
}

async function setMember(page: Page, property: Property, value: JsonValue): Promise<void> {
  if (Array.isArray(value)) return setList(page, property, value)
  const control = labelled(page, property.title)
  await setOne(control, property, value)
}

/** Writes the input where a person would: into the form where its controls can say it, else as JSON. Returns which. */
export async function fillInput(page: Page, schema: unknown, input: JsonObject): Promise<'form' | 'json'> {
  const { properties } = Properties.parse(schema)
  const members = Object.entries(input).map(([name, value]) => ({ property: properties[name], value }))
  if (members.every(({ property }) => property !== undefined && isSimple(property))) {
    for (const { property, value } of members) if (property) await setMember(page, property, value)
    return 'form'
  }
  await page.getByRole('button', { name: 'Write it as JSON' }).click()
  await page.getByLabel('Input as JSON').fill(JSON.stringify(input, null, 2))
  return 'json'
}
