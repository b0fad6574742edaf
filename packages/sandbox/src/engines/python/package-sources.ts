import { PackageNotRunnableError } from '../javascript/package-modules.ts'

const MAX_SOURCE_BYTES = 8 * 1024 * 1024
/** What the code can import or read by `pkgutil.get_data`. */
const isShipped = (path: string): boolean => /\.(py|json|txt|csv|md|toml)$/.test(path)

const utf8 = new TextDecoder('utf-8', { fatal: true })

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new PackageNotRunnableError(`${path} is not UTF-8 text`, { cause })
  }
}

/** The Python files of a package and the text files beside them, `[path, text]` each. Throws PackageNotRunnableError. */
export function readPackageSources(
  files: ReadonlyMap<string, Uint8Array>,
  entry: string,
): { modules: [string, string][] } {
  if (!files.has(entry)) throw new PackageNotRunnableError(`The entry ${entry} is not in the package`)
  if (!entry.endsWith('.py')) throw new PackageNotRunnableError(`The entry ${entry} must be a .py file`)
  const shipped = [...files].filter(([path]) => isShipped(path))
  const totalBytes = shipped.reduce((total, [, bytes]) => total + bytes.byteLength, 0)
  if (totalBytes > MAX_SOURCE_BYTES)
    throw new PackageNotRunnableError(`The code of the package is larger than ${MAX_SOURCE_BYTES} bytes`)
  return { modules: shipped.map(([path, bytes]) => [path, textOf(path, bytes)]) }
}
