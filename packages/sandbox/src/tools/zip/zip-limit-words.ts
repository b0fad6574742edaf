/** What the zip tools keep to, in words. */
export const zipLimitWords: readonly string[] = [
  '16 MiB of archive; 256 files of 16 MiB, 64 MiB altogether, 8 folders deep',
  'packed at most 200 times',
  'no links, no encrypted entries, no names that lead elsewhere: such an archive is refused as a whole',
  '20 s',
]
