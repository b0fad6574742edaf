/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

export interface FileReadInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
  /**
   * As text, or as base64 for what is not text
   */
  encoding?: 'utf8' | 'base64'
  /**
   * The first byte that is wanted; default the first of the file
   */
  offset?: number
  /**
   * How many bytes at most; default all that one answer may carry
   */
  length?: number
}

/**
 * The content, as `encoding` says
 */
export type FileReadOutput = string

export interface FileListInput {
  /**
   * The folder whose content is wanted; default the whole workspace
   */
  path?: string
}

/**
 * Sorted by path, folders before what is in them
 */
export type FileListOutput = {
  /**
   * From the workspace on
   */
  path: string
  /**
   * What it is
   */
  kind: 'file' | 'folder'
  /**
   * 0 for a folder
   */
  sizeBytes: number
}[]

export interface FileStatInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
}

export interface FileStatOutput {
  /**
   * From the workspace on
   */
  path: string
  /**
   * What it is
   */
  kind: 'file' | 'folder'
  /**
   * 0 for a folder
   */
  sizeBytes: number
  /**
   * When it was changed last
   */
  modifiedAt: string
}

export interface FileWriteInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
  /**
   * What to write, as text or base64
   */
  content: string
  /**
   * What `content` is
   */
  encoding?: 'utf8' | 'base64'
  /**
   * Writes at this byte, or behind the end, and keeps the rest; default: the content takes the place of the old one
   */
  offset?: number | 'end'
}

export interface FileWriteOutput {
  /**
   * The size of the file afterwards
   */
  sizeBytes: number
}

export interface FileDeleteInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
  /**
   * Also a folder with something in it
   */
  recursive?: boolean
}

/**
 * Whether there was something to delete
 */
export type FileDeleteOutput = boolean

/** `ctx.tools.file` */
export interface FileTools {
  /**
   * Read a file in the workspace of the run.
   * Needs fileSystem.read:workspace.
   * Limits: 2 MiB in one answer; larger files in parts.
   */
  read(args: FileReadInput): Promise<FileReadOutput>
  /**
   * List the files in the workspace of the run.
   * Needs fileSystem.read:workspace.
   * Limits: 1,024 entries.
   */
  list(args?: FileListInput): Promise<FileListOutput>
  /**
   * See the size and time of a file in the workspace of the run.
   * Needs fileSystem.read:workspace.
   */
  stat(args: FileStatInput): Promise<FileStatOutput>
  /**
   * Write a file in the workspace of the run.
   * Needs fileSystem.write:workspace.
   * Limits: 4 million characters in one call; 16 MiB a file, 64 MiB and 256 files and folders altogether, 8 folders deep.
   */
  write(args: FileWriteInput): Promise<FileWriteOutput>
  /**
   * Delete a file in the workspace of the run.
   * Needs fileSystem.write:workspace.
   */
  delete(args: FileDeleteInput): Promise<FileDeleteOutput>
}
