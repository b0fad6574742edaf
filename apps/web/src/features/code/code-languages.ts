import type { Parser } from '@lezer/common'
import { parser as css } from '@lezer/css'
import { parser as html } from '@lezer/html'
import { parser as javascript } from '@lezer/javascript'
import { parser as json } from '@lezer/json'
import { GFM, parser as markdown } from '@lezer/markdown'
import { parser as python } from '@lezer/python'
import { parser as yaml } from '@lezer/yaml'

const jsx = javascript.configure({ dialect: 'jsx' })
const typescript = javascript.configure({ dialect: 'ts' })
const tsx = javascript.configure({ dialect: 'ts jsx' })
// Links are left plain: unfinished ones cost the square of their number.
const prose = markdown.configure([GFM, { remove: ['Link', 'Image', 'LinkEnd', 'Autolink'] }])

const PARSERS: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ['css', css],
  ['htm', html],
  ['html', html],
  ['cjs', jsx],
  ['js', jsx],
  ['jsx', jsx],
  ['mjs', jsx],
  ['cts', typescript],
  ['mts', typescript],
  ['ts', typescript],
  ['tsx', tsx],
  ['json', json],
  ['jsonc', json],
  ['md', prose],
  ['markdown', prose],
  ['py', python],
  ['python', python],
  ['yaml', yaml],
  ['yml', yaml],
])

/** The parser for a file by the ending of its name, which may be a language as fences of Markdown name it (`.python`); null where there is none. */
export function parserFor(path: string): Parser | null {
  const dot = path.lastIndexOf('.')
  return dot < 0 ? null : (PARSERS.get(path.slice(dot + 1).toLowerCase()) ?? null)
}
