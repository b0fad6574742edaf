import type { JsonObject, JsonValue } from '@guildhall/contracts'
import type { ToolErrorType } from '../../run.ts'

/** One call of a tool, and what it answers. The reference shows it; a test makes it, in JavaScript and in Python. */
export interface ToolExample {
  tool: string
  args: JsonObject
  /** The answer, or the kind of error where there is none to be had on a server. */
  answers: { result: JsonValue } | { errorType: ToolErrorType }
}

const example = (tool: string, args: JsonObject, result: JsonValue): ToolExample => ({
  tool,
  args,
  answers: { result },
})

const failing = (tool: string, args: JsonObject, errorType: ToolErrorType): ToolExample => ({
  tool,
  args,
  answers: { errorType },
})

const orders = 'https://api.example.com/orders'
const answered = (status: number, url: string, body: JsonValue) => ({
  status,
  url,
  headers: { 'content-type': 'application/json' },
  body,
})

const orderSchema = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] }
const citySchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

/** An example for every tool. They are made in this order, in one workspace with `report.pdf`, `photo.png` and `notes/today.txt`. */
export const toolExamples: readonly ToolExample[] = [
  example('file.read', { path: 'notes/today.txt' }, 'Buy milk\n'),
  example('file.write', { path: 'out/log.txt', content: 'One more line\n', offset: 'end' }, { sizeBytes: 14 }),
  example('file.list', { path: 'notes' }, [{ path: 'notes/today.txt', kind: 'file', sizeBytes: 9 }]),
  example(
    'file.stat',
    { path: 'notes/today.txt' },
    { path: 'notes/today.txt', kind: 'file', sizeBytes: 9, modifiedAt: '2026-01-02T03:04:05.000Z' },
  ),
  example('file.delete', { path: 'out/log.txt' }, true),
  example('http.get', { url: orders, as: 'json' }, answered(200, orders, { orders: [] })),
  example('http.post', { url: orders, json: { sum: 12.5 }, as: 'json' }, answered(201, orders, { id: 7 })),
  example(
    'http.request',
    { method: 'DELETE', url: `${orders}/7`, as: 'json' },
    answered(200, `${orders}/7`, { id: 7 }),
  ),
  example('csv.parse', { text: 'name,age\nAda,36\n' }, [{ name: 'Ada', age: '36' }]),
  example('csv.stringify', { rows: [{ name: 'Ada', age: 36 }] }, 'name,age\nAda,36\n'),
  example('json.parse', { text: '{"sum": 12.5}' }, { sum: 12.5 }),
  example('json.stringify', { value: { b: 1, a: 2 }, sortKeys: true }, '{"a":2,"b":1}'),
  example('json.query', { value: { people: [{ name: 'Ada', age: 36 }] }, expression: 'people[?age > `30`].name' }, [
    'Ada',
  ]),
  example(
    'json.validate',
    { value: { sum: 'a lot' }, schema: orderSchema },
    { valid: false, issues: [{ path: '/sum', message: 'must be number' }] },
  ),
  example('markdown.toHtml', { text: '# Hello *there*' }, '<h1>Hello <em>there</em></h1>'),
  example(
    'pdf.extract',
    { path: 'report.pdf', lastPage: 1 },
    { totalPages: 2, pages: [{ page: 1, text: 'First page' }], nextPage: null },
  ),
  example(
    'pdf.info',
    { path: 'report.pdf' },
    {
      pages: 2,
      title: 'Report',
      author: 'Ada',
      subject: null,
      creator: 'A word processor',
      producer: 'A library',
      pdfVersion: '1.7',
      createdAt: '2026-01-02T03:04:05.000Z',
      modifiedAt: '2026-01-02T03:04:05.000Z',
      firstPage: { widthPoints: 300, heightPoints: 200 },
    },
  ),
  example(
    'pdf.merge',
    { paths: ['report.pdf', 'report.pdf'], to: 'twice.pdf' },
    { path: 'twice.pdf', sizeBytes: 1500, pages: 4 },
  ),
  example('zip.create', { paths: ['notes'], to: 'notes.zip' }, { path: 'notes.zip', sizeBytes: 150, files: 1 }),
  example('zip.list', { path: 'notes.zip' }, [{ path: 'notes/today.txt', sizeBytes: 9 }]),
  example('zip.extract', { path: 'notes.zip', to: 'again' }, ['again/notes/today.txt']),
  example(
    'image.info',
    { path: 'photo.png' },
    { format: 'png', width: 80, height: 40, frames: 1, hasAlpha: false, orientation: null },
  ),
  example(
    'image.resize',
    { path: 'photo.png', to: 'small.webp', width: 20, format: 'webp' },
    { path: 'small.webp', sizeBytes: 100, width: 20, height: 10 },
  ),
  failing('clipboard.read', {}, 'not_configured'),
  failing('clipboard.write', { text: 'Copied' }, 'not_configured'),
  example('skills.call', { skill: '@acme/geocode', action: 'find', input: { city: 'Bern' } }, { lat: 46.9, lon: 7.4 }),
  example('storage.set', { key: 'last', value: { count: 3 } }, null),
  example('storage.get', { key: 'last' }, { count: 3 }),
  example('storage.list', { prefix: 'la' }, ['last']),
  example('storage.delete', { key: 'last' }, true),
  example('ai.generateText', { prompt: 'Say hello', options: { maxOutputTokens: 20 } }, 'Hello!'),
  example('ai.generateObject', { prompt: 'Which city is it?', options: { schema: citySchema } }, { city: 'Bern' }),
  example('ai.embed', { text: 'Hello' }, [0.25, 0.5]),
]
