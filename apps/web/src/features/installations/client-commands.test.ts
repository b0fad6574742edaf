import { expect, test } from 'vitest'
import { clientCommands } from './client-commands.ts'

const linesOf = (visibility: 'public' | 'private') =>
  clientCommands({ publisher: 'acme', name: 'seo-writer', visibility }, 'https://skills.example').flatMap(
    ({ lines }) => lines,
  )

test('each client is given the lines it understands', () => {
  expect(linesOf('public')).toEqual([
    'npx guildhall add @acme/seo-writer --registry https://skills.example',
    'npx skills add https://skills.example/@acme/seo-writer',
    'npx clawhub install @acme/seo-writer --registry https://skills.example',
    '/plugin marketplace add https://skills.example/git/acme.git',
    '/plugin install acme--seo-writer@guildhall-acme',
  ])
})

test('clients that cannot send headers carry the key for a private skill in the address', () => {
  const changed = linesOf('private').filter((line) => !linesOf('public').includes(line))
  expect(changed).toEqual([
    'npx skills add https://skills.example/~YOUR-READ-KEY/@acme/seo-writer',
    '/plugin marketplace add https://skills.example/~YOUR-READ-KEY/git/acme.git',
  ])
})
