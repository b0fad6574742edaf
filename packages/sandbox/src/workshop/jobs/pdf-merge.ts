import { PDFDocument } from '@cantoo/pdf-lib'
import * as z from 'zod'
import { ToolFailure } from '../../broker/tool-failure.ts'
import { defineJob } from '../define-job.ts'
import { explainPdf } from './open-pdf.ts'

const MAX_PAGES = 2_000

async function append(merged: PDFDocument, bytes: Uint8Array, path: string) {
  try {
    const source = await PDFDocument.load(bytes, { updateMetadata: false })
    if (merged.getPageCount() + source.getPageCount() > MAX_PAGES)
      throw new ToolFailure('too_large', `Together the files have more than ${MAX_PAGES} pages`)
    for (const page of await merged.copyPages(source, source.getPageIndices())) merged.addPage(page)
  } catch (error) {
    const explained = explainPdf(error)
    if (!(explained instanceof ToolFailure)) throw explained
    const { errorType, message, recoveryOptions } = explained
    throw new ToolFailure(errorType, `${path}: ${message}`, { recoveryOptions })
  }
}

/** One PDF of the pages of several, in their order. */
export const job = defineJob(z.strictObject({ paths: z.array(z.string()) }), async ({ paths }, blobs) => {
  const merged = await PDFDocument.create()
  for (const [index, bytes] of blobs.entries()) await append(merged, bytes, paths[index] ?? '')
  return { value: { pages: merged.getPageCount() }, blobs: [await merged.save()] }
})
