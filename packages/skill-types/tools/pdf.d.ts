/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

export interface PdfExtractInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
  /**
   * The first page that is wanted
   */
  firstPage?: number
  /**
   * The last one; default the end
   */
  lastPage?: number
}

export interface PdfExtractOutput {
  /**
   * Of the whole PDF
   */
  totalPages: number
  pages: {
    /**
     * Counted from 1
     */
    page: number
    text: string
  }[]
  /**
   * Where to go on, where one answer does not carry everything; else null
   */
  nextPage: number | null
}

export interface PdfInfoInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
}

/**
 * What the PDF says about itself; null where it says nothing
 */
export interface PdfInfoOutput {
  /**
   * How many pages it has
   */
  pages: number
  title: string | null
  author: string | null
  subject: string | null
  /**
   * The program in which it was written
   */
  creator: string | null
  /**
   * The program that made the PDF
   */
  producer: string | null
  pdfVersion: string | null
  /**
   * As an ISO date
   */
  createdAt: string | null
  /**
   * As an ISO date
   */
  modifiedAt: string | null
  /**
   * In points: 1/72 inch
   */
  firstPage: {
    widthPoints: number
    heightPoints: number
  }
}

export interface PdfMergeInput {
  /**
   * The PDFs, in the order in which their pages come
   *
   * Items: Where in the workspace, such as notes/today.txt
   */
  paths: string[]
  /**
   * Where in the workspace the result goes; an old file there is replaced
   */
  to: string
}

export interface PdfMergeOutput {
  /**
   * The file that was written
   */
  path: string
  /**
   * Its size
   */
  sizeBytes: number
  /**
   * How many pages it has
   */
  pages: number
}

/** `ctx.tools.pdf` */
export interface PdfTools {
  /**
   * Read the text of a PDF in the workspace.
   * Needs tools:pdf.extract, fileSystem.read:workspace.
   * Limits: 16 MiB of PDF; 200 pages and about a million characters in one answer; 512 MiB of memory; 20 s.
   */
  extract(args: PdfExtractInput): Promise<PdfExtractOutput>
  /**
   * See the number of pages, title and author of a PDF in the workspace.
   * Needs tools:pdf.info, fileSystem.read:workspace.
   * Limits: 16 MiB of PDF; 512 MiB of memory; 20 s.
   */
  info(args: PdfInfoInput): Promise<PdfInfoOutput>
  /**
   * Join PDFs in the workspace into one.
   * Needs tools:pdf.merge, fileSystem.read:workspace, fileSystem.write:workspace.
   * Limits: 20 files of 16 MiB; 2,000 pages; 512 MiB of memory; 20 s.
   */
  merge(args: PdfMergeInput): Promise<PdfMergeOutput>
}
