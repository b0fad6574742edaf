import { expect, test } from 'vitest'
import { readGuide } from './read-guide.ts'

const guide = `# Tea and \`cups\`

How to make **tea**, with
[cups](cups.md). More of it.

## A pot

\`\`\`sh
# not a heading
\`\`\`

### \`pot.fill\`, twice!

## A pot
`

test('a guide is read with its title, its first sentence and its headings', () => {
  expect(readGuide(guide)).toEqual({
    title: 'Tea and cups',
    summary: 'How to make tea, with cups.',
    headings: [
      { level: 2, text: 'A pot', id: 'a-pot', line: 6 },
      { level: 3, text: 'pot.fill, twice!', id: 'potfill-twice', line: 12 },
      { level: 2, text: 'A pot', id: 'a-pot-1', line: 14 },
    ],
  })
})
