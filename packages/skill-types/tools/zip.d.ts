/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

export interface ZipListInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
}

export type ZipListOutput = {
  /**
   * Within the archive
   */
  path: string
  /**
   * Unpacked
   */
  sizeBytes: number
}[]

export interface ZipExtractInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
  /**
   * The folder of the workspace that the files go to; default the workspace itself
   */
  to?: string
}

/**
 * The files that were written
 */
export type ZipExtractOutput = string[]

export interface ZipCreateInput {
  /**
   * Files, and folders with all that is in them
   *
   * Items: Where in the workspace, such as notes/today.txt
   */
  paths: string[]
  /**
   * Where in the workspace the result goes; an old file there is replaced
   */
  to: string
}

export interface ZipCreateOutput {
  /**
   * The file that was written
   */
  path: string
  /**
   * Its size
   */
  sizeBytes: number
  /**
   * How many files are in it
   */
  files: number
}

/** `ctx.tools.zip` */
export interface ZipTools {
  /**
   * List the files in a zip in the workspace.
   * Needs tools:zip.list, fileSystem.read:workspace.
   * Limits: 16 MiB of archive; 256 files of 16 MiB, 64 MiB altogether, 8 folders deep; packed at most 200 times; no links, no encrypted entries, no names that lead elsewhere: such an archive is refused as a whole; 20 s.
   */
  list(args: ZipListInput): Promise<ZipListOutput>
  /**
   * Unpack a zip in the workspace.
   * Needs tools:zip.extract, fileSystem.read:workspace, fileSystem.write:workspace.
   * Limits: 16 MiB of archive; 256 files of 16 MiB, 64 MiB altogether, 8 folders deep; packed at most 200 times; no links, no encrypted entries, no names that lead elsewhere: such an archive is refused as a whole; 20 s.
   */
  extract(args: ZipExtractInput): Promise<ZipExtractOutput>
  /**
   * Pack files in the workspace into a zip.
   * Needs tools:zip.create, fileSystem.read:workspace, fileSystem.write:workspace.
   * Limits: 256 files, 64 MiB before packing, 16 MiB of archive; 20 s.
   */
  create(args: ZipCreateInput): Promise<ZipCreateOutput>
}
