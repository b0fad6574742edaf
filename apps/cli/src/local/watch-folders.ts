import { type FSWatcher, watch } from 'node:fs'

/** Editors write a file in several steps; what comes within this time is one change. */
const QUIET_MS = 120

const isPartOf = (path: string): boolean =>
  !path.split(/[\\/]/).some((part) => part.startsWith('.') || part === 'node_modules' || part === '__pycache__')

/** Folders that are watched until something in one of them changes. */
export interface FolderWatch {
  /** One that is watched already, or that is not there, changes nothing. */
  add: (folder: string) => void
  folders: () => string[]
  /** Resolves when a file has changed and is at rest again, or when the signal aborts. */
  changed: Promise<void>
}

export function watchFolders(signal: AbortSignal): FolderWatch {
  const watchers = new Map<string, FSWatcher>()
  const changed = Promise.withResolvers<void>()
  let quiet: NodeJS.Timeout | undefined
  let isOver = false

  function end(): void {
    isOver = true
    clearTimeout(quiet)
    for (const watcher of watchers.values()) watcher.close()
    signal.removeEventListener('abort', end)
    changed.resolve()
  }

  function open(folder: string): FSWatcher | null {
    try {
      return watch(folder, { recursive: true }, (_event, path) => {
        if (isOver || (path !== null && !isPartOf(path))) return
        clearTimeout(quiet)
        quiet = setTimeout(end, QUIET_MS)
      })
    } catch {
      return null
    }
  }

  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  return {
    add(folder) {
      const watcher = isOver || watchers.has(folder) ? null : open(folder)
      if (watcher === null) return
      watcher.on('error', end)
      watchers.set(folder, watcher)
    },
    folders: () => [...watchers.keys()],
    changed: changed.promise,
  }
}
