const delimiters = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' }
const defaultMissing = ['', 'NA', 'N/A', 'null', '-']
const MOST_COMMON = 5
const MOST_EXCEPTIONS = 10
const MOSTLY_SHARE = 0.9

// --- Reading ---

async function chooseFile(ctx) {
  const entries = await ctx.tools.file.list({})
  const files = entries.filter((entry) => entry.kind === 'file').map((entry) => entry.path)
  const [only] = files
  if (files.length === 1) return only
  if (files.length === 0) throw new Error('There is no data: paste it into text, or attach a CSV file.')
  throw new Error(`There are ${files.length} files; say in path which one: ${files.slice(0, 10).join(', ')}.`)
}

async function readText(input, ctx) {
  if (input.text !== undefined && input.path !== undefined) throw new Error('Give text or path, not both.')
  const text = input.text ?? (await ctx.tools.file.read({ path: input.path ?? (await chooseFile(ctx)) }))
  return text.replace(/^\uFEFF/, '')
}

/** The delimiter that occurs most often in the first line, outside quotes. */
function detectDelimiter(text) {
  const [firstLine = ''] = text.replaceAll(/"(?:[^"]|"")*"/g, '').split(/\r?\n/)
  const counts = Object.values(delimiters).map((sign) => ({ sign, count: firstLine.split(sign).length - 1 }))
  const best = counts.reduce((most, next) => (next.count > most.count ? next : most))
  return best.count > 0 ? best.sign : ','
}

/** Column names, unique and never empty, with a note for each one that had to be changed. */
function nameColumns(header, notes) {
  const used = new Set()
  return header.map((cell, index) => {
    const wanted = cell.trim() === '' ? `column_${index + 1}` : cell.trim()
    if (cell.trim() === '') notes.push(`Column ${index + 1} has no name; it is called ${wanted} here.`)
    let name = wanted
    for (let copy = 2; used.has(name); copy += 1) name = `${wanted}_${copy}`
    if (name !== wanted)
      notes.push(`The column name ${wanted} is there more than once; column ${index + 1} is called ${name} here.`)
    used.add(name)
    return name
  })
}

const listRows = (rows) => rows.slice(0, 5).join(', ') + (rows.length > 5 ? ' and more' : '')

/** The table as `{ names, rows, notes }`; each row is `{ line, cells }` with exactly one cell a column. */
async function readTable(input, ctx) {
  const text = await readText(input, ctx)
  const chosen = input.delimiter ?? 'auto'
  const delimiter = chosen === 'auto' ? detectDelimiter(text) : delimiters[chosen]
  const [header, ...body] = await ctx.tools.csv.parse({ text, delimiter, header: false, ragged: true })
  if (header === undefined) throw new Error('The table is empty: its first row must hold the column names.')
  const notes = []
  const names = nameColumns(header, notes)
  const filled = body
    .map((cells, index) => ({ line: index + 2, cells }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  const ragged = filled.filter(({ cells }) => cells.length !== names.length).map(({ line }) => line)
  if (ragged.length > 0) {
    notes.push(`Rows that do not have ${names.length} cells: ${listRows(ragged)}.`)
  }
  const rows = filled.map(({ line, cells }) => ({ line, cells: names.map((_, index) => cells[index] ?? '') }))
  return { names, rows, notes }
}

// --- Types ---

const isRealDate = (text) => {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
const DATE = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/
const INTEGER = /^[+-]?(0|[1-9]\d{0,14})$/
const NUMBER = /^[+-]?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d{1,3})?$/

function createTypeOf(decimal) {
  return (value) => {
    const plain = decimal === 'comma' ? value.replace(',', '.') : value
    if (INTEGER.test(value)) return 'integer'
    if (/\d/.test(plain) && NUMBER.test(plain) && Number.isFinite(Number(plain))) return 'number'
    if (/^(true|false|yes|no)$/i.test(value)) return 'boolean'
    if (DATE.test(value)) return isRealDate(value) ? 'date' : 'text'
    const [, day] = DATE_TIME.exec(value) ?? []
    return day !== undefined && isRealDate(day) ? 'datetime' : 'text'
  }
}

const fits = (valueType, columnType) => valueType === columnType || (columnType === 'number' && valueType === 'integer')

/** The type that all values have; else text, with the type that nearly all have and the values that do not. */
function classify(values, typeOf) {
  if (values.length === 0) return { type: 'empty' }
  const typed = values.map((value) => ({ ...value, type: typeOf(value.text) }))
  const share = (type) => typed.filter((value) => fits(value.type, type)).length / typed.length
  const candidates = ['integer', 'number', 'boolean', 'date', 'datetime'].map((type) => ({ type, share: share(type) }))
  const best = candidates.reduce((most, next) => (next.share > most.share ? next : most))
  if (best.share === 1) return { type: best.type }
  if (best.share < MOSTLY_SHARE) return { type: 'text' }
  const exceptions = typed.filter((value) => !fits(value.type, best.type))
  return {
    type: 'text',
    mostly: {
      type: best.type,
      count: typed.length - exceptions.length,
      exceptions: exceptions
        .slice(0, MOST_EXCEPTIONS)
        .map(({ line, text }) => ({ row: line, value: text.slice(0, 200) })),
    },
  }
}

// --- Columns ---

const toMillionth = (value) => Math.round(value * 1e6) / 1e6

function rangeOf(type, texts, decimal) {
  if (type === 'integer' || type === 'number') {
    const numbers = texts.map((text) => Number(decimal === 'comma' ? text.replace(',', '.') : text))
    const total = numbers.reduce((sum, number) => sum + number, 0)
    return {
      min: numbers.reduce((a, b) => Math.min(a, b)),
      max: numbers.reduce((a, b) => Math.max(a, b)),
      mean: toMillionth(total / numbers.length),
    }
  }
  if (type === 'date' || type === 'datetime') {
    return { min: texts.reduce((a, b) => (b < a ? b : a)), max: texts.reduce((a, b) => (b > a ? b : a)) }
  }
  if (type !== 'text') return {}
  const lengths = texts.map((text) => [...text].length)
  return { minLength: lengths.reduce((a, b) => Math.min(a, b)), maxLength: lengths.reduce((a, b) => Math.max(a, b)) }
}

function countValues(texts) {
  const counts = new Map()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
}

function profileColumn(name, cells, { isMissing, typeOf, decimal }) {
  const values = cells.filter(({ text }) => !isMissing(text))
  const texts = values.map(({ text }) => text)
  const { type, mostly } = classify(values, typeOf)
  const counted = countValues(texts)
  const missing = cells.length - values.length
  return {
    name,
    type,
    missing,
    missingPercent: cells.length === 0 ? 0 : Math.round((1000 * missing) / cells.length) / 10,
    distinct: counted.length,
    ...rangeOf(type, texts, decimal),
    mostCommon: counted.slice(0, MOST_COMMON).map(([value, count]) => ({ value: value.slice(0, 200), count })),
    ...(mostly === undefined ? {} : { mostly }),
  }
}

function createOptions(input) {
  const missing = new Set((input.missing ?? defaultMissing).map((word) => word.trim().toLowerCase()))
  const decimal = input.decimal ?? 'point'
  return { isMissing: (text) => missing.has(text.toLowerCase()), typeOf: createTypeOf(decimal), decimal }
}

function* profileColumns({ names, rows }, options) {
  for (const [index, name] of names.entries()) {
    const cells = rows.map(({ line, cells: row }) => ({ line, text: row[index].trim() }))
    yield profileColumn(name, cells, options)
  }
}

function noteOnRows(rows) {
  const seen = new Set()
  const repeated = []
  for (const { line, cells } of rows) {
    const key = JSON.stringify(cells)
    if (seen.has(key)) repeated.push(line)
    seen.add(key)
  }
  return repeated.length === 0 ? [] : [`Rows that repeat an earlier one: ${listRows(repeated)}.`]
}

function noteOnColumn({ name, type, distinct, missing, mostly }, rowCount) {
  const notes = []
  if (type === 'empty' && rowCount > 0) notes.push(`${name} has no values at all.`)
  if (rowCount > 1 && distinct === 1 && missing === 0) notes.push(`${name} has the same value in every row.`)
  if (mostly !== undefined) {
    const odd = mostly.exceptions.map(({ row }) => row)
    notes.push(`${name} is ${mostly.type} except in these rows: ${listRows(odd)}.`)
  }
  return notes
}

function describeLine({ name, type, missing, distinct, min, max }) {
  const range = min === undefined ? '' : `, ${min} to ${max}`
  return `${name}: ${type}, ${missing} missing, ${distinct} distinct${range}\n`
}

export async function profile(input, ctx) {
  const table = await readTable(input, ctx)
  const columns = []
  for (const column of profileColumns(table, createOptions(input))) {
    columns.push(column)
    ctx.stream(describeLine(column))
  }
  return {
    rows: table.rows.length,
    columns,
    notes: [
      ...table.notes,
      ...noteOnRows(table.rows),
      ...columns.flatMap((column) => noteOnColumn(column, table.rows.length)),
    ],
  }
}

// --- JSON Schema ---

const schemaOfType = {
  integer: ({ min, max }) => ({ type: 'integer', minimum: min, maximum: max }),
  number: ({ min, max }) => ({ type: 'number', minimum: min, maximum: max }),
  boolean: () => ({ type: 'boolean' }),
  date: () => ({ type: 'string', format: 'date' }),
  datetime: () => ({ type: 'string', format: 'date-time' }),
  text: ({ maxLength }) => ({ type: 'string', maxLength }),
  empty: () => ({ type: 'null' }),
}

/** A missing cell is null, so a column with missing cells allows null. */
function schemaOfColumn(column) {
  const schema = schemaOfType[column.type](column)
  return column.missing > 0 && column.type !== 'empty' ? { ...schema, type: [schema.type, 'null'] } : schema
}

export async function inferSchema(input, ctx) {
  const table = await readTable(input, ctx)
  const columns = [...profileColumns(table, createOptions(input))]
  const properties = Object.fromEntries(columns.map((column) => [column.name, schemaOfColumn(column)]))
  ctx.stream(`${columns.length} columns from ${table.rows.length} rows\n`)
  return {
    rows: table.rows.length,
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties,
      required: columns.map(({ name }) => name),
      additionalProperties: false,
    },
  }
}
