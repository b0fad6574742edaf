import type { Tool } from '../broker/tool.ts'
import { createAiTools } from './ai-tools.ts'
import { createClipboardRead } from './clipboard/clipboard-read.ts'
import { createClipboardWrite } from './clipboard/clipboard-write.ts'
import { createCsvParse } from './csv/csv-parse.ts'
import { createCsvStringify } from './csv/csv-stringify.ts'
import { createFileDelete } from './file/file-delete.ts'
import { createFileList } from './file/file-list.ts'
import { createFileRead } from './file/file-read.ts'
import { createFileStat } from './file/file-stat.ts'
import { createFileWrite } from './file/file-write.ts'
import { createHttpGet } from './http/http-get.ts'
import { createHttpPost } from './http/http-post.ts'
import { createHttpRequest } from './http/http-request.ts'
import { createSkillsCall } from './skills-call.ts'
import { createImageInfo } from './image/image-info.ts'
import { createImageResize } from './image/image-resize.ts'
import { createJsonParse } from './json/json-parse.ts'
import { createJsonQuery } from './json/json-query.ts'
import { createJsonStringify } from './json/json-stringify.ts'
import { createJsonValidate } from './json/json-validate.ts'
import { createMarkdownToHtml } from './markdown/markdown-to-html.ts'
import { createPdfExtract } from './pdf/pdf-extract.ts'
import { createPdfInfo } from './pdf/pdf-info.ts'
import { createPdfMerge } from './pdf/pdf-merge.ts'
import { createStorageDelete, createStorageGet, createStorageList, createStorageSet } from './storage-tools.ts'
import { createZipCreate } from './zip/zip-create.ts'
import { createZipExtract } from './zip/zip-extract.ts'
import { createZipList } from './zip/zip-list.ts'

/* These keep nothing from one call to the next, so they are made once: their schemas cost a millisecond, as much as a third of a run. */
const standardTools: readonly Tool[] = [
  createFileRead(),
  createFileList(),
  createFileStat(),
  createFileWrite(),
  createFileDelete(),
  createHttpGet(),
  createHttpPost(),
  createHttpRequest(),
  createCsvParse(),
  createCsvStringify(),
  createJsonParse(),
  createJsonStringify(),
  createClipboardRead(),
  createClipboardWrite(),
  createStorageGet(),
  createStorageSet(),
  createStorageDelete(),
  createStorageList(),
  ...createAiTools(),
  createSkillsCall(),
  createJsonQuery(),
  createJsonValidate(),
  createMarkdownToHtml(),
  createPdfExtract(),
  createPdfInfo(),
  createPdfMerge(),
  createZipList(),
  createZipExtract(),
  createZipCreate(),
  createImageInfo(),
  createImageResize(),
]

/** Every tool of this host. */
export function createStandardTools(): Tool[] {
  return [...standardTools]
}

export interface ToolDescription {
  name: string
  summary: string
  permission: string
  /** Permissions that every call needs besides. */
  alsoNeeds: readonly string[]
}

/** Name, purpose and permissions of every tool, for people. */
export function describeTools(): ToolDescription[] {
  return createStandardTools().map(({ name, summary, permission, alsoNeeds }) => ({
    name,
    summary,
    permission,
    alsoNeeds,
  }))
}

/** The first permission that a tool needs (`network` for any granted host), or null for a tool that does not exist. */
export function toolPermission(name: string): string | null {
  return toolPermissions(name)?.[0] ?? null
}

/** All permissions that every call of a tool needs, or null for a tool that does not exist. */
export function toolPermissions(name: string): string[] | null {
  const tool = createStandardTools().find((one) => one.name === name)
  return tool ? [tool.permission, ...tool.alsoNeeds] : null
}
