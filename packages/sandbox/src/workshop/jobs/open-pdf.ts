import { getDocumentProxy } from 'unpdf'
import { ToolFailure } from '../../broker/tool-failure.ts'

/** An open PDF. */
export type OpenPdf = Awaited<ReturnType<typeof getDocumentProxy>>

/** What is wrong with a PDF that does not open, for the author of the skill. */
export function explainPdf(error: unknown): unknown {
  if (error instanceof ToolFailure || !(error instanceof Error)) return error
  const needsPassword = error.name === 'PasswordException' || /encrypted/i.test(error.message)
  return needsPassword
    ? new ToolFailure('input_invalid', 'The PDF is protected by a password', {
        recoveryOptions: ['Use a PDF without a password'],
      })
    : new ToolFailure('input_invalid', 'The file is not a PDF, or a broken one', {
        recoveryOptions: ['Use another file'],
      })
}

/** Opens a PDF, works with it and closes it. Nothing in it is executed and nothing outside of it is fetched. */
export async function withPdf<T>(bytes: Uint8Array, work: (pdf: OpenPdf) => Promise<T>): Promise<T> {
  try {
    const pdf = await getDocumentProxy(Uint8Array.from(bytes), {
      disableFontFace: true,
      useSystemFonts: false,
      enableXfa: false,
      stopAtErrors: false,
      verbosity: 0,
    })
    try {
      return await work(pdf)
    } finally {
      await pdf.loadingTask.destroy()
    }
  } catch (error) {
    throw explainPdf(error)
  }
}
