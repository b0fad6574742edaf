/** Words that hold sentences together, most frequent first. */
const FUNCTION_WORDS =
  'the to a of and in for is with it or as on from by when this that be are your use not if you an all each can then into only at any one no which before after file user using how what where more than will must do has have without their its so them other first new same between while should'

/** What skills are about, most frequent first, as in public collections. */
const TOPICS =
  'data code api text report test create write review design project document analysis generate content research plan search web image table model agent query check list format style email message meeting task team client customer product market page site video audio chart summary note question answer template workflow process system service server database schema migration security deploy build release version change history branch commit issue ticket bug error log monitor alert metric dashboard budget invoice payment contract policy legal medical health science paper citation reference book chapter story poem lesson course student teacher quiz language translation grammar spelling tone brand campaign advert social post blog article headline keyword ranking audit compliance risk privacy access permission secret token account profile contact lead sale order shipment inventory supplier price discount tax expense salary interview resume job career training habit goal calendar schedule reminder travel route map weather recipe meal workout sleep garden house car energy water climate city country history museum music song playlist podcast transcript subtitle caption photo picture icon color font layout component button form field validation accessibility animation game level character puzzle chess math statistics probability geometry physics chemistry biology genome protein patient clinic drug trial survey interview persona journey roadmap milestone estimate sprint retrospective standup incident postmortem runbook backup restore cluster container network firewall proxy certificate domain cache queue stream event webhook plugin extension theme terminal shell script parser compiler linter formatter refactor dependency package module library framework frontend backend mobile desktop browser scraper crawler feed notification chat support complaint refund subscription licence loan mortgage insurance claim asset portfolio stock bond currency crypto wallet ledger forecast trend anomaly cluster regression classification embedding vector prompt evaluation benchmark dataset label annotation pipeline notebook spreadsheet slide presentation diagram flowchart timeline glossary handbook guideline checklist proposal brief pitch newsletter press speech debate argument negotiation feedback coaching mentor onboarding handover shift roster volunteer charity event wedding party gift birthday holiday hotel flight train bicycle hiking camping fishing sailing football tennis yoga meditation nutrition allergy vaccine pet dog cat horse bird plant tree soil seed harvest market farm kitchen restaurant menu wine coffee tea bread cheese'

/** What skills do. */
export const VERBS =
  'write review create analyze generate convert summarize extract plan check translate draft clean merge classify schedule track compare format validate search monitor organize explain design build test deploy migrate audit optimize'.split(
    ' ',
  )

export const topics = [...new Set(TOPICS.split(' '))]
export const functionWords = FUNCTION_WORDS.split(' ')

const SYLLABLES =
  'ka lo mi ren tas vo qui per sten dal fru gen hy bo zar ne ab con dis ex fil gra hol im jun kel lum mor nav opt pra ral sol tem ur ven wal yar zen'.split(
    ' ',
  )

/** A word that hardly anybody uses: names of tools, people and places. */
export function rareWord(random: () => number): string {
  const length = 2 + Math.floor(random() * 3)
  return Array.from({ length }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)] ?? '').join('')
}

/** A small generator with a seed, so that every run measures the same catalogue (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Draws words as natural texts do: the n-th most frequent one is drawn about 1/n as often as the first (Zipf, Mandelbrot). */
export function createDrawer(words: readonly string[], random: () => number): () => string {
  let sum = 0
  const upTo = words.map((_, rank) => (sum += 1 / (rank + 2.7) ** 1.05))
  return () => {
    const wanted = random() * sum
    let [low, high] = [0, words.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return words[low] ?? ''
  }
}
