import { describe, expect, it } from 'vitest'
import { toolsWith } from '../../../test/tool-calls.ts'

const call = toolsWith({ granted: { tools: ['markdown.toHtml'] } })

async function htmlOf(text: string): Promise<string> {
  const answer = await call('markdown.toHtml', { text })
  expect(answer).toMatchObject({ success: true })
  return answer.success && typeof answer.data === 'string' ? answer.data : ''
}

describe('markdown.toHtml', () => {
  it('turns Markdown with tables into HTML', async () => {
    expect(await htmlOf('# A *b*\n\n| x |\n| - |\n| [y](https://example.com/?a&b) |\n')).toBe(
      '<h1>A <em>b</em></h1>\n<table>\n<thead>\n<tr>\n<th>x</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n' +
        '<td><a href="https://example.com/?a&amp;b">y</a></td>\n</tr>\n</tbody>\n</table>\n',
    )
  })

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](java\u0001script:alert(1))',
    '[x](data:text/html,<script>)',
    '[x](vbscript:x)',
    '![x](javascript:alert(1))',
    '![x](data:image/svg+xml,<svg/onload=alert(1)>)',
    '<javascript:alert(1)>',
    '[x]: javascript:alert(1)\n\n[x]',
    '[x](https://a.test "onclick=alert(1)\\" onmouseover=\\"alert(1)")',
    '```"><script>\nx\n```',
    '[^a]\n\n[^a]: <script>x</script>',
    '| a |\n| - |\n| <svg onload=alert(1)> |',
  ])('lets nothing through that runs: %s', async (text) => {
    const tags = ((await htmlOf(text)).match(/<[^>]*>/g) ?? []).join('')
    expect(tags).not.toMatch(/<(script|svg|iframe|object|style)|(href|src)="?\s*(java|vb|data)/i)
    expect(tags.replaceAll(/"[^"]*"/g, '')).not.toMatch(/\s(on\w+|style)=/i)
  })

  it.each([
    ['unclosed brackets', '['.repeat(20_000)],
    ['emphasis', '*a_ '.repeat(20_000)],
    ['nested quotes', '> '.repeat(5_000)],
    ['nested lists', '- '.repeat(5_000)],
    ['backticks', Array.from({ length: 300 }, (_, i) => '`'.repeat(i)).join(' ')],
  ])('ends on %s, with an answer or in time', async (_name, text) => {
    const answer = await call('markdown.toHtml', { text })
    expect(answer.success ? 'ok' : answer.errorType).toMatch(/^(ok|timeout|tool_error|too_large)$/)
  })
})
