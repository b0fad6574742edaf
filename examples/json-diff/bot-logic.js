/** @typedef {{ kind: 'added' | 'removed' | 'changed', path: string, before?: unknown, after?: unknown }} Change */

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

const typeOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

const copyOf = (value) => JSON.parse(JSON.stringify(value))

/** Writes own data, also for the key `__proto__`, which an assignment would treat as the prototype. */
function setOwn(object, key, value) {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}

// --- JSON Pointer, RFC 6901 ---

const escapeToken = (token) => String(token).replaceAll('~', '~0').replaceAll('/', '~1')

/** Splits a JSON Pointer into its tokens; `label` names it in the error. */
function parsePointer(pointer, label) {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) {
    throw new Error(
      `${label} is "${pointer}", which is not a JSON Pointer: start it with /, for example /items/0/name.`,
    )
  }
  if (/~(?![01])/.test(pointer)) {
    throw new Error(`${label} is "${pointer}": inside a JSON Pointer write ~ as ~0 and / as ~1.`)
  }
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

// --- Comparison ---

function ignoreMatcher(pointers) {
  const patterns = pointers.map((pointer, index) => parsePointer(pointer, `ignore[${index}]`))
  return (tokens) =>
    patterns.some(
      (pattern) =>
        pattern.length === tokens.length &&
        pattern.every((part, index) => part === '*' || part === String(tokens[index])),
    )
}

/** The elements of an array by their key, or null where they cannot be told apart by it. */
function byKey(array, arrayKey) {
  const found = new Map()
  for (const [index, element] of array.entries()) {
    if (!isObject(element) || !Object.hasOwn(element, arrayKey)) return null
    const id = JSON.stringify(element[arrayKey])
    if (found.has(id)) return null
    found.set(id, { index, element })
  }
  return found
}

/**
 * Walks both documents together. A place is `{ tokens, path }`: `tokens` are the real keys (for `ignore`), `path` is what
 * people read, which differs where array elements are matched by key.
 */
function createComparison({ ignored, arrayKey, tolerance }) {
  /** @type {Change[]} */
  const changes = []

  const child = (place, token, shown = escapeToken(token)) => ({
    tokens: [...place.tokens, token],
    path: `${place.path}/${shown}`,
  })

  function report(change, place) {
    if (!ignored(place.tokens)) changes.push({ ...change, path: place.path })
  }

  function walkObjects(before, after, place) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    for (const key of keys) {
      const next = child(place, key)
      if (!Object.hasOwn(after, key)) report({ kind: 'removed', before: before[key] }, next)
      else if (!Object.hasOwn(before, key)) report({ kind: 'added', after: after[key] }, next)
      else walk(before[key], after[key], next)
    }
  }

  function walkKeyed(before, after, place) {
    const label = (id) => escapeToken(`[${arrayKey}=${id.startsWith('"') ? JSON.parse(id) : id}]`)
    for (const [id, { index, element }] of before) {
      const next = child(place, index, label(id))
      const match = after.get(id)
      if (match === undefined) report({ kind: 'removed', before: element }, next)
      else walk(element, match.element, next)
    }
    for (const [id, { index, element }] of after) {
      if (!before.has(id)) report({ kind: 'added', after: element }, child(place, index, label(id)))
    }
  }

  function walkArrays(before, after, place) {
    if (arrayKey !== undefined) {
      const left = byKey(before, arrayKey)
      const right = byKey(after, arrayKey)
      if (left !== null && right !== null) return walkKeyed(left, right, place)
    }
    for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
      const next = child(place, index)
      if (index >= after.length) report({ kind: 'removed', before: before[index] }, next)
      else if (index >= before.length) report({ kind: 'added', after: after[index] }, next)
      else walk(before[index], after[index], next)
    }
  }

  function walk(before, after, place) {
    if (ignored(place.tokens)) return
    const type = typeOf(before)
    if (type !== typeOf(after)) return report({ kind: 'changed', before, after }, place)
    if (type === 'object') return walkObjects(before, after, place)
    if (type === 'array') return walkArrays(before, after, place)
    const close = type === 'number' && Math.abs(before - after) <= tolerance
    if (before !== after && !close) report({ kind: 'changed', before, after }, place)
  }

  return { changes, walk }
}

/** Changes by position as a JSON Patch: elements leave an array from its end, so that earlier positions stay true. */
function patchOf(changes) {
  const removals = changes.filter((change) => change.kind === 'removed').reverse()
  const others = changes.filter((change) => change.kind !== 'removed')
  return [
    ...removals.map(({ path }) => ({ op: 'remove', path })),
    ...others.map(({ kind, path, after }) => ({ op: kind === 'added' ? 'add' : 'replace', path, value: after })),
  ]
}

function compare(before, after, options) {
  const { ignore = [], arrayKey, tolerance = 0 } = options
  const comparison = createComparison({ ignored: ignoreMatcher(ignore), arrayKey, tolerance })
  comparison.walk(before, after, { tokens: [], path: '' })
  const { changes } = comparison
  const count = (kind) => changes.filter((change) => change.kind === kind).length
  const result = {
    equal: changes.length === 0,
    summary: { added: count('added'), removed: count('removed'), changed: count('changed') },
    changes,
  }
  return arrayKey === undefined ? { ...result, patch: patchOf(changes) } : result
}

/** Parses JSON text; the error says which document is broken and where. */
function parseDocument(text, label) {
  try {
    return JSON.parse(text)
  } catch (error) {
    const offset = /position (\d+)/.exec(error.message)?.[1]
    const before = offset === undefined ? null : text.slice(0, Number(offset))
    const where =
      before === null
        ? ''
        : ` near line ${before.split('\n').length}, column ${before.length - before.lastIndexOf('\n')}`
    throw new Error(`The ${label} document is not valid JSON${where}: ${error.message}. Mend it there and try again.`)
  }
}

function streamChanges(changes, ctx) {
  const signs = { added: '+', removed: '-', changed: '~' }
  for (const { kind, path } of changes) ctx.stream(`${signs[kind]} ${path === '' ? '(whole document)' : path}\n`)
}

export async function compareText(input, ctx) {
  const before = parseDocument(input.before, 'before')
  const after = parseDocument(input.after, 'after')
  const result = compare(before, after, input)
  streamChanges(result.changes, ctx)
  return result
}

export async function compareValues(input, ctx) {
  const result = compare(input.before, input.after, input)
  streamChanges(result.changes, ctx)
  return result
}

// --- JSON Patch, RFC 6902 ---

/** A position in `array`, or `array.length` where adding behind the end is allowed. */
function arrayIndex(array, token, mayAppend) {
  if (token === '-' && mayAppend) return array.length
  if (!/^(0|[1-9]\d*)$/.test(token)) throw new Error(`"${token}" is not an array position`)
  const index = Number(token)
  const limit = mayAppend ? array.length : array.length - 1
  if (index > limit) throw new Error(`position ${index} is outside the array of ${array.length}`)
  return index
}

function stepInto(value, token) {
  if (Array.isArray(value)) return value[arrayIndex(value, token, false)]
  if (isObject(value) && Object.hasOwn(value, token)) return value[token]
  throw new Error(`there is no "${token}" at that place`)
}

const valueAt = (root, tokens) => tokens.reduce(stepInto, root)

function addAt(root, tokens, value) {
  if (tokens.length === 0) return value
  const parent = valueAt(root, tokens.slice(0, -1))
  const last = tokens.at(-1)
  if (Array.isArray(parent)) parent.splice(arrayIndex(parent, last, true), 0, value)
  else if (isObject(parent)) setOwn(parent, last, value)
  else throw new Error(`the parent is ${typeOf(parent)}, which has no children`)
  return root
}

function removeAt(root, tokens) {
  if (tokens.length === 0) return null
  const parent = valueAt(root, tokens.slice(0, -1))
  const last = tokens.at(-1)
  stepInto(parent, last)
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete parent[last]
  return root
}

function replaceAt(root, tokens, value) {
  if (tokens.length === 0) return value
  const parent = valueAt(root, tokens.slice(0, -1))
  const last = tokens.at(-1)
  stepInto(parent, last)
  if (Array.isArray(parent)) parent[Number(last)] = value
  else setOwn(parent, last, value)
  return root
}

function need(operation, field) {
  if (!Object.hasOwn(operation, field)) throw new Error(`it needs "${field}"`)
  return operation[field]
}

function applyOperation(root, operation) {
  const tokens = parsePointer(operation.path, 'its path')
  const from = () => parsePointer(need(operation, 'from'), 'its from')
  switch (operation.op) {
    case 'add':
      return addAt(root, tokens, copyOf(need(operation, 'value')))
    case 'remove':
      return removeAt(root, tokens)
    case 'replace':
      return replaceAt(root, tokens, copyOf(need(operation, 'value')))
    case 'copy':
      return addAt(root, tokens, copyOf(valueAt(root, from())))
    case 'move': {
      const source = from()
      if (tokens.length > source.length && source.every((token, index) => token === tokens[index])) {
        throw new Error('a value cannot be moved into itself')
      }
      const moved = valueAt(root, source)
      return addAt(removeAt(root, source), tokens, moved)
    }
    case 'test': {
      const actual = valueAt(root, tokens)
      if (compare(actual, need(operation, 'value'), {}).equal) return root
      throw new Error(`the value there is ${JSON.stringify(actual)}`)
    }
    default:
      throw new Error('the operation must be add, remove, replace, move, copy or test')
  }
}

export async function applyPatch(input) {
  let document = copyOf(input.document)
  for (const [index, operation] of input.patch.entries()) {
    try {
      document = applyOperation(document, operation)
    } catch (error) {
      throw new Error(
        `patch[${index}] (${operation.op} ${operation.path}) cannot be applied: ${error.message}. Nothing was changed.`,
      )
    }
  }
  return { document, applied: input.patch.length }
}
