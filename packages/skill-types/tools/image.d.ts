/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

export interface ImageInfoInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
}

export interface ImageInfoOutput {
  /**
   * Such as jpeg, png, webp or gif
   */
  format: string
  /**
   * In pixels, before it is turned upright
   */
  width: number
  /**
   * In pixels; of one frame where there are several
   */
  height: number
  /**
   * More than 1 where it moves
   */
  frames: number
  /**
   * Whether it can be transparent
   */
  hasAlpha: boolean
  /**
   * As EXIF counts: 1 is upright; null where it says nothing
   */
  orientation: number | null
}

export interface ImageResizeInput {
  /**
   * Where in the workspace, such as notes/today.txt
   */
  path: string
  /**
   * Where in the workspace the result goes; an old file there is replaced
   */
  to: string
  /**
   * In pixels; default as the height asks for
   */
  width?: number
  /**
   * In pixels; default as the width asks for
   */
  height?: number
  /**
   * inside: whole and never larger than before; cover: cut; contain: with a border; fill: out of proportion
   */
  fit?: 'inside' | 'cover' | 'contain' | 'fill'
  /**
   * The format of the result
   */
  format: 'jpeg' | 'png' | 'webp' | 'avif'
  /**
   * Of a format that leaves something out; png leaves out nothing
   */
  quality?: number
}

export interface ImageResizeOutput {
  /**
   * The file that was written
   */
  path: string
  /**
   * Its size
   */
  sizeBytes: number
  width: number
  height: number
}

/** `ctx.tools.image` */
export interface ImageTools {
  /**
   * See the format and size of an image in the workspace.
   * Needs tools:image.info, fileSystem.read:workspace.
   * Limits: JPEG, PNG, WebP, GIF, AVIF and TIFF; 16 MiB, 50 million pixels; 10 s.
   */
  info(args: ImageInfoInput): Promise<ImageInfoOutput>
  /**
   * Resize or convert an image in the workspace.
   * Needs tools:image.resize, fileSystem.read:workspace, fileSystem.write:workspace.
   * Limits: JPEG, PNG, WebP, GIF, AVIF and TIFF; of one that moves the first frame; 16 MiB, 50 million pixels before, 32 million after, 8,192 on a side; 512 MiB of memory; 20 s.
   */
  resize(args: ImageResizeInput): Promise<ImageResizeOutput>
}
