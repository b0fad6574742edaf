import { readdir, readFile } from 'node:fs/promises'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { paths } from '../../lib/paths.ts'
import { guideFiles } from './guide-files.ts'
import { guideGroups } from './guide-groups.ts'
import { GuideText } from './guide-text.tsx'
import { allGuides } from './guides.ts'

const REPOSITORY = new URL('../../../../../', import.meta.url)

const shown = allGuides().map((guide) => ({
  ...guide,
  html: renderToStaticMarkup(<GuideText markdown={guide.markdown} headings={guide.headings} />),
}))
const valuesOf = (html: string, attribute: string): string[] =>
  [...html.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) => value)

test('every file of docs/guides is in the list once, and nothing else is', async () => {
  const files = (await readdir(new URL('docs/guides/', REPOSITORY))).filter((name) => name.endsWith('.md'))
  const listed = guideGroups.flatMap(({ slugs }) => slugs.map((slug) => `${slug}.md`))
  expect(listed.sort()).toEqual(files.sort())
  expect([...guideFiles.keys()].map((slug) => `${slug}.md`).sort()).toEqual(files)
})

test('no guide stands where a page of another kind is', () => {
  const taken = [paths.apiReference(), paths.errors(), '/docs/publish', '/docs/install', '/docs/run']
  expect(shown.map(({ slug }) => paths.guide(slug)).filter((path) => taken.includes(path))).toEqual([])
})

test.each(shown)('$slug begins with a title and a sentence that says what it is about', ({ title, summary }) => {
  expect(title).toMatch(/^[A-Z][^`*[\]]{2,50}$/)
  expect(summary).toMatch(/^[A-Z][^*[\]]{20,200}\.$/)
})

test('a guide is read once, however often it is shown', () => {
  const [first, second] = allGuides()
  if (!first || !second) throw new Error('there are guides')
  const textOf = (guide: typeof first): unknown => GuideText(guide).props.children
  expect(textOf({ ...first })).toBe(textOf(first))
  expect(textOf(second)).not.toBe(textOf(first))
})

test.each(shown)('every heading of $slug can be linked to', ({ html, headings }) => {
  const ids = [...html.matchAll(/<h([1-6])( id="[^"]+")?/g)]
  expect(ids.filter(([, level, id]) => level === '1' || id === undefined)).toEqual([])
  expect(ids.length).toBe(headings.length)
  const all = [...valuesOf(html, 'id'), 'main', 'contents']
  expect(new Set(all).size).toBe(all.length)
})

test.each(shown)('the links of $slug lead somewhere', async ({ slug, html }) => {
  const places = new Set(
    shown.flatMap((guide) => [
      paths.guide(guide.slug),
      ...guide.headings.map(({ id }) => `${paths.guide(guide.slug)}#${id}`),
    ]),
  )
  const other = [paths.apiReference(), paths.errors()]
  const hrefs = valuesOf(html, 'href').map((href) => (href.startsWith('#') ? `${paths.guide(slug)}${href}` : href))
  const toGuides = hrefs.filter((href) => href.startsWith('/docs/') && !other.includes(href))
  expect(toGuides.filter((href) => !places.has(href))).toEqual([])

  const examples = await readdir(new URL('examples/', REPOSITORY))
  const toExamples = hrefs.flatMap((href) => /^\/skills\/guildhall\/([^/]+)\/files$/.exec(href)?.[1] ?? [])
  expect(toExamples.filter((name) => !examples.includes(name))).toEqual([])

  const sources = [...html.matchAll(/\(<code>([^<]+)<\/code> in the source\)/g)].map(([, path = '']) => path)
  await Promise.all(sources.map((path) => readFile(new URL(path, REPOSITORY))))
  expect(hrefs.filter((href) => !/^(https:\/\/|\/)/.test(href))).toEqual([])
})

test.each(shown)('what is copied from $slug is what the file has', ({ html, markdown }) => {
  const fences = [...markdown.matchAll(/^```.*\n([\s\S]*?)\n```$/gm)].map(([, text = '']) => text)
  const copied = [...html.matchAll(/<code id="code-\d+">([\s\S]*?)<\/code>/g)].map(([, text = '']) => plain(text))
  expect(copied).toEqual(fences)
})

const plain = (html: string): string =>
  html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
