/** One name in a source. */
export interface TreeEntry {
  /** With `/`, relative to the root of the source. Bytes that are no UTF-8 stand as U+FFFD, which no package may have. */
  path: string
  kind: 'file' | 'link' | 'submodule'
  /** Null where the source did not hand the file out because it is too large. */
  sizeBytes: number | null
}

/** Files to be read, wherever they are. */
export interface SourceTree {
  /** Everything below the path that was asked for, in the order of the source. */
  entries: readonly TreeEntry[]
  /**
   * The bytes of these entries, in their order; of a link, the place it names. Entries without a size must not be asked for.
   * Throws SourceError.
   */
  read(entries: readonly TreeEntry[]): Promise<Uint8Array[]>
}
