const WORDS_PER_MINUTE = 238
const WORD = /[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu

/** Abbreviations whose point does not end a sentence. */
const abbreviations = new Set(
  'mr mrs ms dr prof st vs e.g i.e cf al no fig vol p pp approx inc ltd co dept est jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
)

// --- Splitting ---

/** Markdown without code blocks, link targets and markup. Headings and list items become sentences of their own. */
function stripMarkdown(text) {
  return text
    .replace(/^(`{3,}|~{3,}).*\n[\s\S]*?^\1[`~]*[ \t]*$/gm, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+[.)])\s+(.*)$/gm, '\n$1\n')
    .replace(/^\s*\|?[\s:|-]{3,}\|?\s*$/gm, '')
    .replace(/[`*_|]+/g, ' ')
}

const wordsIn = (text) => text.match(WORD) ?? []

/** Whether the point at the end of `text` belongs to an abbreviation or an initial. */
function endsInAbbreviation(text) {
  const last = /([\p{L}.]+)\.$/u.exec(text)?.[1]?.toLowerCase()
  return last !== undefined && (abbreviations.has(last) || /^\p{L}$/u.test(last))
}

/** Sentences of a paragraph, without those that hold no word. */
function splitParagraph(paragraph) {
  const pieces = paragraph.split(/(?<=[.!?…][)\]"'”’»]*)\s+/u)
  const sentences = []
  let open = ''
  for (const piece of pieces) {
    open = open === '' ? piece : `${open} ${piece}`
    if (endsInAbbreviation(open)) continue
    sentences.push(open)
    open = ''
  }
  if (open !== '') sentences.push(open)
  return sentences
}

function sentencesIn(text) {
  return text
    .split(/\n\s*\n/)
    .flatMap((paragraph) => splitParagraph(paragraph.replace(/\s+/g, ' ').trim()))
    .map((sentence) => ({ text: sentence, words: wordsIn(sentence) }))
    .filter((sentence) => sentence.words.length > 0)
}

// --- Counting ---

/** Syllables by English spelling: vowel groups, less silent endings, plus the common splits. Never below 1. */
function syllablesIn(word) {
  const letters = word
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
  const isSyllabicEnding = /[^aeiouy]les?$/.test(letters)
  const spoken = isSyllabicEnding ? letters : letters.replace(/(?:(?<![sxzcgh])es|(?<![td])ed|e)$/, '')
  const groups = spoken.match(/[aeiouy]+/g)?.length ?? 0
  const splits = spoken.match(/[^cstg]i[ao]|creat|[^aeiou]ying/g)?.length ?? 0
  return Math.max(1, groups + splits)
}

const letterCount = (word) => word.match(/[\p{L}\p{N}]/gu)?.length ?? 0

function countText(sentences) {
  const words = sentences.flatMap((sentence) => sentence.words)
  const syllables = words.map(syllablesIn)
  return {
    sentences: sentences.length,
    words: words.length,
    letters: words.reduce((total, word) => total + letterCount(word), 0),
    syllables: syllables.reduce((total, count) => total + count, 0),
    hardWords: syllables.filter((count) => count >= 3).length,
    longWords: words.filter((word) => letterCount(word) > 6).length,
  }
}

const toTenth = (value) => Math.round(value * 10) / 10 + 0

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The published formulas, unrounded. */
function scoreCounts({ sentences, words, letters, syllables, hardWords, longWords }) {
  const wordsPerSentence = words / sentences
  const syllablesPerWord = syllables / words
  return {
    fleschReadingEase: 206.835 - 1.015 * wordsPerSentence - 84.6 * syllablesPerWord,
    fleschKincaidGrade: 0.39 * wordsPerSentence + 11.8 * syllablesPerWord - 15.59,
    gunningFog: 0.4 * (wordsPerSentence + (100 * hardWords) / words),
    colemanLiau: (5.88 * letters) / words - (29.6 * sentences) / words - 15.8,
    automatedReadabilityIndex: (4.71 * letters) / words + 0.5 * wordsPerSentence - 21.43,
    lix: wordsPerSentence + (100 * longWords) / words,
  }
}

const levels = [
  [90, 'very easy'],
  [80, 'easy'],
  [70, 'fairly easy'],
  [60, 'plain English'],
  [50, 'fairly difficult'],
  [30, 'difficult'],
]
const levelOf = (readingEase) => levels.find(([least]) => readingEase >= least)?.[1] ?? 'very difficult'

/** Words of three and more syllables with how often they occur, the most frequent first. */
function listHardWords(sentences) {
  const counts = new Map()
  for (const word of sentences.flatMap((sentence) => sentence.words)) {
    const key = word.toLowerCase()
    if (syllablesIn(word) >= 3) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts]
    .map(([word, count]) => ({ word, count, syllables: syllablesIn(word) }))
    .sort((a, b) => b.count - a.count || b.syllables - a.syllables || (a.word < b.word ? -1 : 1))
    .slice(0, 20)
}

function measure(text, label, format) {
  const sentences = sentencesIn(format === 'markdown' ? stripMarkdown(text) : text)
  if (sentences.length === 0) throw new Error(`${label} holds no words; paste the text to measure.`)
  const counts = countText(sentences)
  const exact = scoreCounts(counts)
  const { fleschKincaidGrade, gunningFog, colemanLiau, automatedReadabilityIndex } = exact
  const scores = Object.fromEntries(Object.entries(exact).map(([name, value]) => [name, toTenth(value)]))
  return {
    sentences,
    counts,
    summary: {
      level: levelOf(exact.fleschReadingEase),
      grade: toTenth(median([fleschKincaidGrade, gunningFog, colemanLiau, automatedReadabilityIndex])),
      scores,
      wordsPerSentence: toTenth(counts.words / counts.sentences),
      syllablesPerWord: Math.round((counts.syllables / counts.words) * 100) / 100,
    },
  }
}

export async function analyze(input, ctx) {
  const { sentences, counts, summary } = measure(input.text, 'text', input.format ?? 'plain')
  const limit = input.maxSentenceWords ?? 25
  ctx.stream(`Level: ${summary.level}, grade ${summary.grade}\n`)
  const longSentences = sentences
    .filter((sentence) => sentence.words.length > limit)
    .sort((a, b) => b.words.length - a.words.length)
    .slice(0, 20)
    .map((sentence) => ({ words: sentence.words.length, text: sentence.text }))
  for (const { words, text } of longSentences) ctx.stream(`${words} words: ${text.slice(0, 120)}\n`)
  return {
    ...summary,
    counts,
    readingTimeSeconds: Math.round((counts.words / WORDS_PER_MINUTE) * 60),
    longSentences,
    hardWords: listHardWords(sentences),
    notes: counts.words < 100 ? [`Only ${counts.words} words: below 100 the scores swing with every word.`] : [],
  }
}

function verdictOf(gradeChange) {
  if (gradeChange <= -0.5) return `Easier to read by ${-gradeChange} school grades.`
  if (gradeChange >= 0.5) return `Harder to read by ${gradeChange} school grades.`
  return 'About as easy to read as before.'
}

export async function compare(input, ctx) {
  const format = input.format ?? 'plain'
  const before = measure(input.before, 'before', format)
  const after = measure(input.after, 'after', format)
  const gradeChange = toTenth(after.summary.grade - before.summary.grade)
  const verdict = verdictOf(gradeChange)
  ctx.stream(`${verdict}\n`)
  return {
    verdict,
    before: { ...before.summary, words: before.counts.words },
    after: { ...after.summary, words: after.counts.words },
    change: {
      grade: gradeChange,
      fleschReadingEase: toTenth(after.summary.scores.fleschReadingEase - before.summary.scores.fleschReadingEase),
      words: after.counts.words - before.counts.words,
      wordsPercent: toTenth((100 * (after.counts.words - before.counts.words)) / before.counts.words),
    },
  }
}
