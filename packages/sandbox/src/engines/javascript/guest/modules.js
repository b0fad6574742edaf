/** Code of the package: only its own files can be imported, by relative path. */
import {
  AsyncFunction,
  endsWith,
  Error_,
  Map_,
  mapDelete,
  mapGet,
  mapHas,
  mapSet,
  push,
  replaceAll,
  slice,
  startsWith,
  stringify,
} from './intrinsics.js'

const URL_ = URL
const encodeURIComponent_ = encodeURIComponent

const dataScheme = 'data:application/javascript,'

function refusalText(specifier) {
  return `The skill cannot import ${stringify(specifier)}: only files of its own package can be imported, by relative path`
}

function isOfPackage(specifier) {
  return startsWith(specifier, './') || startsWith(specifier, '../') || startsWith(specifier, 'skill:/')
}

/** How Deno writes a long data URL in a stack. */
function abbreviated(dataUrl) {
  const source = slice(dataUrl, dataScheme.length)
  return `${dataScheme}${slice(source, 0, 20)}......${slice(source, -20)}`
}

function formatOf(url) {
  return endsWith(url, '.json') ? 'json' : 'module'
}

/**
 * Brings modules in by the hooks of the engine. The first time they are asked for costs about 15 ms, so `prepare` asks when the process
 * has nothing else to do; a package of one file that imports nothing does without.
 */
export function createLoader(registerHooks) {
  const modules = new Map_()
  const refused = []
  let isHooked = false
  let onlyUrl = null

  function resolve(specifier, context) {
    if (isOfPackage(specifier)) {
      const url = new URL_(specifier, context.parentURL).href
      if (mapHas(modules, url)) return { url, format: formatOf(url), shortCircuit: true }
    }
    push(refused, slice(specifier, 0, 200))
    return { url: `skill:/!refused/${refused.length - 1}`, format: 'module', shortCircuit: true }
  }

  function load(url) {
    const source = mapGet(modules, url)
    const refusal = () => `throw new Error(${stringify(refusalText(refused[slice(url, '!refused/'.length + 7)]))})`
    return { source: source ?? refusal(), format: source === undefined ? 'module' : formatOf(url), shortCircuit: true }
  }

  function explain(error) {
    if (refused.length === 0) return error
    const problem = new Error_(refusalText(refused[0]))
    problem.name = 'ImportError'
    return problem
  }

  function prepare() {
    if (!isHooked) registerHooks({ resolve, load })
    isHooked = true
  }

  return {
    __proto__: null,
    prepare,
    /** As if its files had never been there. */
    forget({ modules: sources }) {
      for (let i = 0; i < sources.length; i++) mapDelete(modules, `skill:/${sources[i][0]}`)
    },
    /** The exports of the entry, all of whose modules are loaded. */
    async loadEntry({ entry, modules: sources, isSelfContained }) {
      for (let i = 0; i < sources.length; i++) mapSet(modules, `skill:/${sources[i][0]}`, sources[i][1])
      try {
        if (isHooked || !isSelfContained) return await import(`skill:/${entry}`)
        onlyUrl = dataScheme + encodeURIComponent_(mapGet(modules, `skill:/${entry}`))
        return await import(onlyUrl)
      } catch (error) {
        throw explain(error)
      }
    },
    /** The older form: a script that ends in `return execute(input, tools)`. */
    loadScript({ entry, modules: sources }) {
      for (let i = 0; i < sources.length; i++) mapSet(modules, `skill:/${sources[i][0]}`, sources[i][1])
      const source = mapGet(modules, `skill:/${entry}`)
      return new AsyncFunction('input', 'tools', 'ctx', `${source}\n//# sourceURL=skill:/${entry}`)
    },
    /** A text in which the entry has its name again, where its source stood as its address. */
    tidy(text, entry) {
      if (onlyUrl === null) return text
      const name = `skill:/${entry}`
      return replaceAll(replaceAll(text, onlyUrl, name), abbreviated(onlyUrl), name)
    },
  }
}
