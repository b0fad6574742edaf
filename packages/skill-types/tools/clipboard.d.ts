/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

export interface ClipboardReadInput {}

/**
 * The text; empty where there is none
 */
export type ClipboardReadOutput = string

export interface ClipboardWriteInput {
  /**
   * The text
   */
  text: string
}

export type ClipboardWriteOutput = null

/** `ctx.tools.clipboard` */
export interface ClipboardTools {
  /**
   * Read the text on the clipboard.
   * Needs clipboard.
   * Limits: only on the desktop.
   */
  read(args?: ClipboardReadInput): Promise<ClipboardReadOutput>
  /**
   * Put a text on the clipboard.
   * Needs clipboard.
   * Limits: only on the desktop; 1 Mi characters.
   */
  write(args: ClipboardWriteInput): Promise<ClipboardWriteOutput>
}
