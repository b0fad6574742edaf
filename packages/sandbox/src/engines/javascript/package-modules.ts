/** The part of a package that its code can import, as text. */
export interface PackageModules {
  /** `[path, source]`, in the order of the package. */
  modules: [string, string][]
  /** The entry is the older form: a script that ends in `return execute(input, tools)`. */
  isScript: boolean
  /** The entry is short and imports nothing, so the engine needs no hooks to load it. */
  isSelfContained: boolean
}

/** The package cannot be run; the message says what is wrong with which file. */
export class PackageNotRunnableError extends Error {
  override readonly name = 'PackageNotRunnableError'
}

export const MAX_SOURCE_BYTES = 8 * 1024 * 1024

/** Longer sources make a bad address, which is what a self-contained one becomes. */
const MAX_SELF_CONTAINED_CHARS = 32 * 1024
/** Every import has one of these, and so has much else; what looks like one is only loaded more slowly. */
const mayImport = /\bimport\b|\bfrom\s*["'/]/

const endsAsScript = /return\s+execute\s*\(\s*input\s*,\s*tools\s*\)\s*;?\s*$/

const utf8 = new TextDecoder('utf-8', { fatal: true })

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new PackageNotRunnableError(`${path} is not UTF-8 text`, { cause })
  }
}

/** Reads the .js, .mjs and .json files of a package. Throws PackageNotRunnableError. */
export function readPackageModules(files: ReadonlyMap<string, Uint8Array>, entry: string): PackageModules {
  const entryBytes = files.get(entry)
  if (!entryBytes) throw new PackageNotRunnableError(`The entry ${entry} is not in the package`)
  if (!/\.m?js$/.test(entry)) throw new PackageNotRunnableError(`The entry ${entry} must be a .js or .mjs file`)
  const importable = [...files].filter(([path]) => /\.(m?js|json)$/.test(path))
  const totalBytes = importable.reduce((total, [, bytes]) => total + bytes.byteLength, 0)
  if (totalBytes > MAX_SOURCE_BYTES)
    throw new PackageNotRunnableError(`The code of the package is larger than ${MAX_SOURCE_BYTES} bytes`)
  const source = textOf(entry, entryBytes)
  const isScript = endsAsScript.test(source.slice(-500))
  const isSelfContained = source.length <= MAX_SELF_CONTAINED_CHARS && !mayImport.test(source)
  return { modules: importable.map(([path, bytes]) => [path, textOf(path, bytes)]), isScript, isSelfContained }
}
