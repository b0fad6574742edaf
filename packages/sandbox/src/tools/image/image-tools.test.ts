import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { toolsWith } from '../../../test/tool-calls.ts'
import { useWorkspace } from '../../../test/workspace-of-test.ts'

const workspace = useWorkspace()
const image = () =>
  toolsWith({ granted: { tools: ['image.info', 'image.resize'], fileSystem: true }, workspaceDir: workspace.dir })
const put = (name: string, bytes: Uint8Array | string) => writeFile(join(workspace.dir, name), bytes)

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const head = Buffer.alloc(4)
  head.writeUInt32BE(data.length)
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(body))
  return Buffer.concat([head, body, tail])
}

/** A small file that says that it is a grey image of this size. */
function pngBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const pixels = deflateSync(Buffer.alloc(10_000_000))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 10, b: 10 } } })

describe('the image tools', () => {
  it('tell format and size, and resize into every format', async () => {
    await put('a.png', await picture(80, 40).png().toBuffer())
    const call = image()
    expect(await call('image.info', { path: 'a.png' })).toMatchObject({
      data: { format: 'png', width: 80, height: 40, frames: 1, hasAlpha: false, orientation: null },
    })
    for (const format of ['jpeg', 'png', 'webp', 'avif']) {
      const made = await call('image.resize', { path: 'a.png', to: `b.${format}`, width: 20, format })
      expect(made).toMatchObject({ data: { path: `b.${format}`, width: 20, height: 10 } })
      expect(await call('image.info', { path: `b.${format}` })).toMatchObject({ data: { width: 20, height: 10 } })
    }
  })

  it('turn a photograph upright and forget where it was taken', async () => {
    const exif = { IFD0: { Artist: 'somebody' }, IFD3: { GPSLatitude: '1/1 2/1 3/1' } }
    await put('a.jpg', await picture(80, 40).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer())
    const call = image()
    expect(await call('image.info', { path: 'a.jpg' })).toMatchObject({ data: { orientation: 6 } })
    await call('image.resize', { path: 'a.jpg', to: 'b.jpg', height: 40, format: 'jpeg' })
    const { width, height, exif: kept } = await sharp(join(workspace.dir, 'b.jpg')).metadata()
    expect({ width, height, kept }).toEqual({ width: 20, height: 40, kept: undefined })
  })

  it('refuse an image of more pixels than there is room for, however small its file', async () => {
    await put('bomb.png', pngBomb(40_000, 40_000))
    const call = image()
    for (const [tool, more] of [
      ['image.info', {}],
      ['image.resize', { to: 'b.png', width: 10, format: 'png' }],
    ] as const)
      expect(await call(tool, { path: 'bomb.png', ...more })).toMatchObject({ errorType: 'too_large' })
  })

  it.each([
    ['an SVG that names a file', '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'],
    ['an XML bomb', '<!DOCTYPE s [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'],
    ['a PDF', '%PDF-1.4\n'],
    ['text', 'not an image'],
    ['nothing', ''],
  ])('do not read %s', async (_name, content) => {
    await put('x', content)
    const call = image()
    expect(await call('image.info', { path: 'x' })).toMatchObject({ errorType: 'input_invalid' })
    expect(await call('image.resize', { path: 'x', to: 'y', width: 9, format: 'png' })).toMatchObject({
      errorType: 'input_invalid',
    })
  })

  it('refuse a cut file', async () => {
    const whole = await picture(400, 400).png({ compressionLevel: 0 }).toBuffer()
    await put('cut.png', whole.subarray(0, whole.length / 2))
    expect(await image()('image.resize', { path: 'cut.png', to: 'y', width: 9, format: 'png' })).toMatchObject({
      errorType: 'input_invalid',
    })
  })

  it.each([
    [{}],
    [{ width: 0 }],
    [{ width: 9000 }],
    [{ width: 8000, height: 8000 }],
    [{ width: 10, format: 'svg' }],
    [{ width: 10, quality: 0 }],
    [{ width: 10, to: '../x.png' }],
  ])('refuse %j', async (args) => {
    await put('a.png', await picture(8, 4).png().toBuffer())
    expect(await image()('image.resize', { path: 'a.png', to: 'b.png', format: 'png', ...args })).toMatchObject({
      errorType: 'input_invalid',
    })
  })
})
