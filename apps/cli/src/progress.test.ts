import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { processHost } from './host.ts'
import { startProgress } from './progress.ts'
import { openSession } from './session.ts'

async function progressOn(isTerminal: boolean, json: boolean) {
  const written: string[] = []
  const stderr = { write: (text: string) => written.push(text), isTTY: isTerminal }
  const env = { XDG_CONFIG_HOME: tmpdir(), NO_COLOR: '1' }
  const session = await openSession({ ...processHost(), stderr, env, home: tmpdir() }, { json })
  return { progress: startProgress(session), written }
}

const CLEAR = '\r\u001B[K'

it('moves in one line of a terminal, below the lines that stay, and leaves nothing behind', async () => {
  const { progress, written } = await progressOn(true, false)
  progress.say('half\u001B[2J')
  progress.keep('a stage')
  progress.end()
  progress.keep('the end')
  expect(written.join('')).toBe(`${CLEAR}half[2J${CLEAR}a stage\nhalf[2J${CLEAR}${CLEAR}the end\n`)
})

it('is silent where nobody looks, and keeps what stays', async () => {
  const piped = await progressOn(false, false)
  piped.progress.say('half')
  piped.progress.keep('a stage')
  piped.progress.end()
  expect(piped.written).toEqual(['a stage\n'])
  const json = await progressOn(true, true)
  json.progress.say('half')
  json.progress.keep('a stage')
  json.progress.end()
  expect(json.written).toEqual([])
})
