/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

import type { ClipboardTools } from './tools/clipboard.d.ts'
import type { CsvTools } from './tools/csv.d.ts'
import type { FileTools } from './tools/file.d.ts'
import type { HttpTools } from './tools/http.d.ts'
import type { ImageTools } from './tools/image.d.ts'
import type { JsonTools } from './tools/json.d.ts'
import type { MarkdownTools } from './tools/markdown.d.ts'
import type { PdfTools } from './tools/pdf.d.ts'
import type { SkillsTools } from './tools/skills.d.ts'
import type { ZipTools } from './tools/zip.d.ts'

export type * from './tools/ai.d.ts'
export type * from './tools/clipboard.d.ts'
export type * from './tools/csv.d.ts'
export type * from './tools/file.d.ts'
export type * from './tools/http.d.ts'
export type * from './tools/image.d.ts'
export type * from './tools/json.d.ts'
export type * from './tools/markdown.d.ts'
export type * from './tools/pdf.d.ts'
export type * from './tools/skills.d.ts'
export type * from './tools/storage.d.ts'
export type * from './tools/zip.d.ts'

/** `ctx.tools`: everything that the host does for a skill, where the skill was granted it. */
export interface Tools {
  file: FileTools
  http: HttpTools
  csv: CsvTools
  json: JsonTools
  clipboard: ClipboardTools
  skills: SkillsTools
  markdown: MarkdownTools
  pdf: PdfTools
  zip: ZipTools
  image: ImageTools
}
