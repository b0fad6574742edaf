import { watch } from 'node:fs'

/** Editors write a file in several steps; what comes within this time is one change. */
const QUIET_MS = 120

const isPartOf = (path: string): boolean =>
  !path.split(/[\\/]/).some((part) => part.startsWith('.') || part === 'node_modules' || part === '__pycache__')

/** Resolves when a file of the folder has changed and is at rest again, or when the signal aborts. */
export function folderChanged(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let quiet: NodeJS.Timeout | undefined
    const watcher = watch(folder, { recursive: true }, (_event, path) => {
      if (path !== null && !isPartOf(path)) return
      clearTimeout(quiet)
      quiet = setTimeout(end, QUIET_MS)
    })
    const end = (): void => {
      clearTimeout(quiet)
      watcher.close()
      signal.removeEventListener('abort', end)
      resolve()
    }
    watcher.on('error', end)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
