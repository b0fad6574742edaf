import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createServerEventParser } from './server-events.ts'

const parse = (pieces: string[]) => {
  const parser = createServerEventParser()
  return { events: pieces.flatMap((piece) => parser.push(piece)), retryMs: parser.retryMs() }
}

describe('the parser of server-sent events', () => {
  it('reads ids, multi-line data, comments, the wished pause and unknown fields', () => {
    const text =
      '\uFEFF: hi\nretry: 250\nid: 7\ndata: a\ndata:b\nfoo: bar\n\ndata: c\n\nid\ndata: d\n\n\n\ndata: unfinished'
    expect(parse([text])).toEqual({
      events: [
        { id: '7', data: 'a\nb' },
        { id: '7', data: 'c' },
        { id: '', data: 'd' },
      ],
      retryMs: 250,
    })
  })

  it('gives the same events wherever the text is cut, and whichever line ends are used', () => {
    const line = fc.stringMatching(/^[a-z:{} ]{1,12}$/)
    const message = fc.record({
      id: fc.stringMatching(/^[0-9]{1,4}$/),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    })
    const eol = fc.constantFrom('\n', '\r\n', '\r')
    const rule = fc.property(fc.array(message), eol, fc.array(fc.nat(400)), (messages, end, cuts) => {
      const lines = messages.flatMap(({ id, lines }) => [`id:${id}`, ...lines.map((text) => `data: ${text}`), ''])
      const text = lines.map((one) => one + end).join('')
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length]
      const pieces = places.slice(1).map((place, index) => text.slice(places[index], place))
      const expected = messages.map(({ id, lines }) => ({ id, data: lines.join('\n') }))
      // A lone CR at the very end may still become CRLF, so its message waits.
      const got = parse(end === '\r' ? [...pieces, ':'] : pieces).events
      expect(got).toEqual(expected)
    })
    fc.assert(rule, { numRuns: 150 })
  })
})
