export type GitProtocol = 'https' | 'http' | 'ssh' | 'file'

/** A git repository, and what of it is wanted. */
export interface GitSource {
  kind: 'git'
  protocol: GitProtocol
  /** What git is told, and what is recorded as provenance: never with credentials. */
  url: string
  /** Null for `file`. An IPv6 address has no brackets. */
  host: string | null
  /** As text, the protocol's own where none is named; empty for `file`. */
  port: string
  /** Branch, tag, `refs/…` or full commit; null is the repository's default branch. */
  ref: string | null
  /** Folder inside the repository; null is its root. */
  path: string | null
  /** The one skill that is wanted; null is all. */
  skill: string | null
}

/** A folder on this machine, read as it lies there. The path is as typed. */
export interface FolderSource {
  kind: 'folder'
  path: string
}

/** A host that serves a discovery index. */
export interface IndexSource {
  kind: 'index'
  /** Without a `/` at its end. */
  url: string
  skill: string | null
}

export type Source = GitSource | FolderSource | IndexSource
