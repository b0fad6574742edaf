import { Handle } from '@guildhall/contracts'

export interface Rule {
  words: string
  isMet: boolean
}

/** The rules of a handle, each judged by itself, so that a person sees which one is missing. */
export function handleRules(handle: string): Rule[] {
  return [
    { words: '2 to 39 characters', isMet: handle.length >= 2 && handle.length <= 39 },
    { words: 'small letters a–z, digits and hyphens', isMet: /^[a-z0-9-]+$/.test(handle) },
    { words: 'hyphens only singly and between', isMet: handle !== '' && !/^-|-$|--/.test(handle) },
  ]
}

/** A handle that follows from a name, or an empty text where none does. */
export function handleFrom(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 39)
    .replace(/^-+|-+$/g, '')
  return Handle.safeParse(slug).success ? slug : ''
}
