import type { Tool } from '../broker/tool.ts'
import { createAiTools } from './ai-tools.ts'
import { createCsvParse } from './csv-parse.ts'
import { createCsvStringify } from './csv-stringify.ts'
import { createFileDelete } from './file/file-delete.ts'
import { createFileList } from './file/file-list.ts'
import { createFileRead } from './file/file-read.ts'
import { createFileStat } from './file/file-stat.ts'
import { createFileWrite } from './file/file-write.ts'
import { createHttpGet } from './http/http-get.ts'
import { createHttpPost } from './http/http-post.ts'
import { createHttpRequest } from './http/http-request.ts'
import { createStorageDelete, createStorageGet, createStorageList, createStorageSet } from './storage-tools.ts'

/** Every tool of this host. */
export function createStandardTools(): Tool[] {
  return [
    createHttpGet(),
    createHttpPost(),
    createHttpRequest(),
    createCsvParse(),
    createCsvStringify(),
    createFileRead(),
    createFileList(),
    createFileStat(),
    createFileWrite(),
    createFileDelete(),
    createStorageGet(),
    createStorageSet(),
    createStorageDelete(),
    createStorageList(),
    ...createAiTools(),
  ]
}

export interface ToolDescription {
  name: string
  summary: string
  permission: string
}

/** Name, purpose and permission of every tool, for people. */
export function describeTools(): ToolDescription[] {
  return createStandardTools().map(({ name, summary, permission }) => ({ name, summary, permission }))
}

/** The permission that a tool needs (`network` for any granted host), or null for a tool that does not exist. */
export function toolPermission(name: string): string | null {
  return createStandardTools().find((tool) => tool.name === name)?.permission ?? null
}
