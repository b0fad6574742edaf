import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { PDFDocument } from '@cantoo/pdf-lib'
import { describe, expect, it } from 'vitest'
import { toolsWith } from '../../../test/tool-calls.ts'
import { useWorkspace } from '../../../test/workspace-of-test.ts'

const workspace = useWorkspace()
const tools = ['pdf.extract', 'pdf.info', 'pdf.merge']
const pdf = () => toolsWith({ granted: { tools, fileSystem: true }, workspaceDir: workspace.dir })
const put = (name: string, bytes: Uint8Array | string) => writeFile(join(workspace.dir, name), bytes)

async function pdfOf(...texts: string[]): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  document.setTitle('A title')
  for (const text of texts) document.addPage([300, 200]).drawText(text, { x: 20, y: 100 })
  return document.save()
}

/** A PDF of one page whose content is these bytes, packed. */
function pdfWithContent(content: Buffer): Buffer {
  const packed = deflateSync(content)
  return Buffer.concat([
    Buffer.from(
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n',
    ),
    Buffer.from('3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n'),
    Buffer.from(`4 0 obj<</Filter/FlateDecode/Length ${packed.length}>>stream\n`),
    packed,
    Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
  ])
}

describe('the pdf tools', () => {
  it('read the text by page, and what the PDF says of itself', async () => {
    await put('a.pdf', await pdfOf('first page', 'second page', 'third'))
    const call = pdf()
    expect(await call('pdf.extract', { path: 'a.pdf' })).toMatchObject({
      data: {
        totalPages: 3,
        pages: [
          { page: 1, text: 'first page' },
          { page: 2, text: 'second page' },
          { page: 3, text: 'third' },
        ],
        nextPage: null,
      },
    })
    expect(await call('pdf.extract', { path: 'a.pdf', firstPage: 2, lastPage: 2 })).toMatchObject({
      data: { pages: [{ page: 2, text: 'second page' }] },
    })
    expect(await call('pdf.info', { path: 'a.pdf' })).toMatchObject({
      data: { pages: 3, title: 'A title', author: null, firstPage: { widthPoints: 300, heightPoints: 200 } },
    })
  })

  it('join several into one', async () => {
    await put('a.pdf', await pdfOf('one'))
    await put('b.pdf', await pdfOf('two', 'three'))
    const call = pdf()
    expect(await call('pdf.merge', { paths: ['b.pdf', 'a.pdf'], to: 'out/c.pdf' })).toMatchObject({
      data: { path: 'out/c.pdf', pages: 3 },
    })
    expect(await call('pdf.extract', { path: 'out/c.pdf' })).toMatchObject({
      data: { pages: [{ text: 'two' }, { text: 'three' }, { text: 'one' }] },
    })
  })

  it('say so where a page or file is not there, or the file no PDF', async () => {
    await put('a.pdf', await pdfOf('one'))
    await put('b.pdf', 'not a PDF')
    const call = pdf()
    expect(await call('pdf.extract', { path: 'a.pdf', firstPage: 2 })).toMatchObject({ errorType: 'input_invalid' })
    expect(await call('pdf.info', { path: 'gone.pdf' })).toMatchObject({ errorType: 'not_found' })
    for (const tool of ['pdf.extract', 'pdf.info'])
      expect(await call(tool, { path: 'b.pdf' })).toMatchObject({
        errorType: 'input_invalid',
        error: 'The file is not a PDF, or a broken one',
      })
    expect(await call('pdf.merge', { paths: ['a.pdf', 'b.pdf'], to: 'c.pdf' })).toMatchObject({
      errorType: 'input_invalid',
      error: expect.stringContaining('b.pdf'),
    })
  })

  it('survive a PDF that unpacks to more than there is memory, and one that says the same very often', async () => {
    await put('bomb.pdf', pdfWithContent(Buffer.alloc(300_000_000, 0x20)))
    await put('text.pdf', pdfWithContent(Buffer.from(`BT /F1 9 Tf ${'(aaaaaaaa) Tj '.repeat(20_000)} ET`)))
    const call = pdf()
    expect(await call('pdf.extract', { path: 'bomb.pdf' })).toMatchObject({
      errorType: expect.stringMatching(/^(too_large|tool_error|timeout)$/),
    })
    expect(await call('pdf.extract', { path: 'text.pdf' })).toMatchObject({ data: { totalPages: 1 } })
    await put('a.pdf', await pdfOf('still here'))
    expect(await call('pdf.extract', { path: 'a.pdf' })).toMatchObject({ data: { pages: [{ text: 'still here' }] } })
  }, 60_000)

  it('need the files to be granted besides themselves', async () => {
    const alone = toolsWith({ granted: { tools }, workspaceDir: workspace.dir })
    expect(await alone('pdf.extract', { path: 'a.pdf' })).toMatchObject({
      errorType: 'permission_denied',
      error: expect.stringContaining('fileSystem.read:workspace'),
    })
    const reader = toolsWith({
      granted: { tools, fileSystem: { read: true, write: false } },
      workspaceDir: workspace.dir,
    })
    expect(await reader('pdf.merge', { paths: ['a.pdf'], to: 'b.pdf' })).toMatchObject({
      errorType: 'permission_denied',
      error: expect.stringContaining('fileSystem.write:workspace'),
    })
  })
})
