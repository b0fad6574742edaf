/** What code in the virtual machine can import: a skill its own files by relative path, our own code only our own. */

/** The address that `specifier` means in the module `base`, both like `skill:/lib/a.js`. Answers an address that names nothing otherwise. */
export function resolveModule(base, specifier) {
  const isRelative = specifier.startsWith('./') || specifier.startsWith('../')
  const isOwn = specifier.startsWith('skill:/') && !specifier.startsWith('skill://')
  if (!isRelative && !isOwn) return `refused:${specifier.slice(0, 200)}`
  const scheme = base.slice(0, base.indexOf(':') + 2)
  const from = isRelative ? base.slice(scheme.length).split('/').slice(0, -1) : []
  const steps = (isRelative ? specifier : specifier.slice('skill:/'.length)).split('/')
  const path = []
  for (const step of [...from, ...steps])
    if (step === '..') path.pop()
    else if (step !== '.' && step !== '') path.push(step)
  return `${isRelative ? scheme : 'skill:/'}${path.join('/')}`
}

/** The code of an address among `modules`. Answers `{ error }` for what the skill cannot import. */
export function loadModule(modules, address) {
  const source = modules.get(address)
  if (source === undefined) {
    const asked = address.startsWith('refused:')
      ? address.slice('refused:'.length)
      : `./${address.slice('skill:/'.length)}`
    const error = new Error(
      `The skill cannot import ${JSON.stringify(asked)}: only files of its own package can be imported, by relative path`,
    )
    error.name = 'ImportError'
    return { error }
  }
  // The machine knows modules only as code. As code itself, JSON would mean something else by `__proto__`.
  return address.endsWith('.json') ? `export default JSON.parse(${JSON.stringify(source)})` : source
}
