import { getMeta } from 'unpdf'
import * as z from 'zod'
import { defineJob, onlyBlob } from '../define-job.ts'
import { withPdf } from './open-pdf.ts'

const MAX_FIELD = 1_000

const Text = z
  .string()
  .transform((text) => text.toWellFormed().slice(0, MAX_FIELD))
  .nullable()
  .catch(null)
const Moment = z
  .date()
  .transform((date) => date.toISOString())
  .nullable()
  .catch(null)

const Info = z.object({
  Title: Text,
  Author: Text,
  Subject: Text,
  Creator: Text,
  Producer: Text,
  PDFFormatVersion: Text,
  CreationDate: Moment,
  ModDate: Moment,
})

/** What a PDF says about itself, and the size of its first page in points. */
export const job = defineJob(z.strictObject({}), (_value, blobs) =>
  withPdf(onlyBlob(blobs), async (pdf) => {
    const { info } = await getMeta(pdf, { parseDates: true })
    const about = Info.parse(info)
    const { width, height } = (await pdf.getPage(1)).getViewport({ scale: 1 })
    return {
      value: {
        pages: pdf.numPages,
        title: about.Title,
        author: about.Author,
        subject: about.Subject,
        creator: about.Creator,
        producer: about.Producer,
        pdfVersion: about.PDFFormatVersion,
        createdAt: about.CreationDate,
        modifiedAt: about.ModDate,
        firstPage: { widthPoints: width, heightPoints: height },
      },
    }
  }),
)
