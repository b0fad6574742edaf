import * as z from 'zod'

/** `--with <folder>`, once for each folder. */
export const withFolderOption = {
  flags: '--with <folder>',
  description:
    'a skill that this one calls, in a folder; again for more (default: ../<name> beside it, else as `guildhall add` installed it here)',
  collect: (folder: string, before: string[] = []): string[] => [...before, folder],
  schema: z.array(z.string()).max(64, 'at most 64 folders').default([]),
}
