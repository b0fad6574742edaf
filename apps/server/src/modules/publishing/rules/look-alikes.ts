import { reservedNames } from './reserved-names.ts'

/** How a skill is called. */
export interface SkillNames {
  name: string
  displayName: string
}

/** A skill that is so well known that another one could be taken for it. */
export interface KnownSkill extends SkillNames {
  fullName: string
}

/** Below this many letters, one letter more or less makes another word. */
const LEAST_LETTERS_FOR_ONE_SLIP = 4
const LEAST_LETTERS_FOR_TWO_SLIPS = 8

/** Why a new name could be taken for another one, as the end of a sentence; null where it could not. */
export function lookAlikeOf(skill: SkillNames, popular: readonly KnownSkill[]): string | null {
  const seen = new Set([...skeletonsOf(skill.name), ...skeletonsOf(skill.displayName)])
  const looksLike = (name: string) => skeletonsOf(name).some((skeleton) => seen.has(skeleton))
  const reserved = reservedNames.find(looksLike)
  if (reserved !== undefined) return `its name looks like the reserved name ${reserved}`
  const known = popular.find(
    (one) => isSlipAway(skill.name, one.name) || looksLike(one.name) || looksLike(one.displayName),
  )
  return known === undefined ? null : `its name looks like that of ${known.fullName}`
}

function isSlipAway(a: string, b: string): boolean {
  const letters = Math.min(a.length, b.length)
  const slips = letters >= LEAST_LETTERS_FOR_TWO_SLIPS ? 2 : letters >= LEAST_LETTERS_FOR_ONE_SLIP ? 1 : 0
  return Math.abs(a.length - b.length) <= slips && editDistance(a, b) <= slips
}

/** Letters added, removed or replaced between two short texts. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/**
 * What a name looks like at a glance, in its own order of words and in any: equal for names that differ only in accents, in letters
 * that look the same, and in how their words are put together. None where nothing is left to look at.
 */
function skeletonsOf(name: string): string[] {
  const words = withPlainLetters(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  if (words.length === 0) return []
  return [shapeOf(words.join('')), words.map(shapeOf).sort().join(' ')]
}

/** One letter for each group that is hard to tell apart. */
function shapeOf(word: string): string {
  return word
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/[1i|!]/g, 'l')
    .replaceAll('0', 'o')
    .replaceAll('5', 's')
}

/** Letters of other alphabets that look like ours, from the confusables of Unicode (UTS 39). */
const FOREIGN = new Map([
  ...pairs('аɑα', 'a'),
  ...pairs('Ьβƅ', 'b'),
  ...pairs('сϲᴄ', 'c'),
  ...pairs('ԁɗ', 'd'),
  ...pairs('еҽє', 'e'),
  ...pairs('ցɡ', 'g'),
  ...pairs('һհ', 'h'),
  ...pairs('іıɩι', 'i'),
  ...pairs('јϳ', 'j'),
  ...pairs('кκ', 'k'),
  ...pairs('ӏⅼǀ', 'l'),
  ...pairs('мⅿ', 'm'),
  ...pairs('ոη', 'n'),
  ...pairs('оοσօ', 'o'),
  ...pairs('рρ', 'p'),
  ...pairs('ԛզ', 'q'),
  ...pairs('гᴦ', 'r'),
  ...pairs('ѕꜱ', 's'),
  ...pairs('тτ', 't'),
  ...pairs('υսᴜ', 'u'),
  ...pairs('νѵᴠ', 'v'),
  ...pairs('ѡԝω', 'w'),
  ...pairs('хχ', 'x'),
  ...pairs('уγү', 'y'),
  ...pairs('ᴢʐ', 'z'),
])

function pairs(letters: string, plain: string): [string, string][] {
  return Array.from(letters, (letter) => [letter, plain])
}

/** Without accents, invisible characters and compatibility forms, in small letters of the Latin alphabet where they look so. */
function withPlainLetters(text: string): string {
  const bare = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
  return Array.from(bare, (letter) => FOREIGN.get(letter) ?? letter).join('')
}
