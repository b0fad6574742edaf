import type { WorkspaceFile } from '@guildhall/contracts'

/** A file as the API takes it. Rejects where the browser cannot read it any more. */
export async function workspaceFileOf(file: File): Promise<WorkspaceFile> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return { path: file.name, contentBase64: btoa(binary) }
}
