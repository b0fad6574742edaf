import * as z from 'zod'
import { ToolFailure } from '../../broker/tool-failure.ts'
import { defineJob, onlyBlob } from '../define-job.ts'
import { type OpenPdf, withPdf } from './open-pdf.ts'

const MAX_TEXT_CHARS = 1024 * 1024
const MAX_PAGES = 200

async function textOfPage(pdf: OpenPdf, pageNumber: number): Promise<string> {
  const page = await pdf.getPage(pageNumber)
  const { items } = await page.getTextContent()
  const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
  page.cleanup()
  return text.toWellFormed()
}

async function readPages(pdf: OpenPdf, firstPage: number, lastPage: number) {
  const pages: { page: number; text: string }[] = []
  let chars = 0
  let page = firstPage
  for (; page <= lastPage && pages.length < MAX_PAGES; page++) {
    const text = await textOfPage(pdf, page)
    chars += text.length
    if (chars > MAX_TEXT_CHARS && pages.length > 0) break
    if (text.length > MAX_TEXT_CHARS) throw new ToolFailure('too_large', `Page ${page} has too much text`)
    pages.push({ page, text })
  }
  return { pages, nextPage: page <= lastPage ? page : null }
}

/** The text of a PDF by page, as much as one answer carries. */
export const job = defineJob(
  z.strictObject({ firstPage: z.int().min(1), lastPage: z.int().min(1).nullable() }),
  ({ firstPage, lastPage }, blobs) =>
    withPdf(onlyBlob(blobs), async (pdf) => {
      if (firstPage > pdf.numPages)
        throw new ToolFailure('input_invalid', `The PDF has ${pdf.numPages} pages, so none is page ${firstPage}`, {
          recoveryOptions: ['Ask for pages that are there'],
        })
      const read = await readPages(pdf, firstPage, Math.min(lastPage ?? pdf.numPages, pdf.numPages))
      return { value: { totalPages: pdf.numPages, ...read } }
    }),
)
