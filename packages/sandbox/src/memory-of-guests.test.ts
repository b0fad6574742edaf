import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { benches } from '../test/bench-canary.ts'
import { allCanaries, type CanaryHost, openCanaryHost } from '../test/host-canary.ts'
import { searchMemory } from '../test/memory-canary.ts'
import { createCanary } from '../test/skill-canary.ts'
import { descendantPids } from './guests/resident-memory.ts'
import type { Engine } from './run.ts'

/** What it is handed, it holds; what a secret would be, it has sent and had shown to it. Then it waits for its end. */
const sources = {
  javascript: `export async function go(input, ctx) {
    const token = '{{secrets.KEY}}'
    globalThis.kept = [input.planted, token]
    const calls = [
      ctx.tools.http.get({ url: ctx.env.site + '/' + token, headers: { authorization: token } }), ctx.tools.http.post({ url: ctx.env.site, json: { token } }),
      ctx.tools.http.get({ url: ctx.env.internal }), ctx.storage.get('key'), ctx.tools.file.read({ path: '../outside/file' }),
    ]
    kept.push(await Promise.all(calls.map((call) => call.catch((error) => error.message))))
    ctx.stream('waiting')
    await new Promise(() => {})
  }`,
  python: `
import asyncio
kept = []
async def go(input, ctx):
    token = "{{secrets.KEY}}"
    kept.extend([input["planted"], token])
    for call in (
        ctx.tools.http.get(url=ctx.env["site"] + "/" + token, headers={"authorization": token}), ctx.tools.http.post(url=ctx.env["site"], json={"token": token}),
        ctx.tools.http.get(url=ctx.env["internal"]), ctx.storage.get("key"), ctx.tools.file.read(path="../outside/file"),
    ):
        try: kept.append(await call)
        except Exception as error: kept.append(str(error))
    ctx.stream("waiting")
    await asyncio.Future()
`,
}
const permissions = {
  network: { hosts: ['site.test:PORT'] },
  secrets: ['KEY'],
  storage: true,
  fileSystem: true,
  tools: ['file'],
}
const MEGABYTE = 1024 * 1024

let host: CanaryHost
beforeAll(async () => {
  host = await openCanaryHost()
})
afterAll(() => host.close())

/** Looks through the memory of every process of the guest while it waits. */
async function dump(engine: Engine, language: keyof typeof sources) {
  const planted = createCanary('what the skill was handed')
  const entry = language === 'python' ? 'main.py' : 'main.js'
  const cancelling = new AbortController()
  const found = new Set<string>()
  let searchedBytes = 0
  const outcome = await engine.run({
    kind: language,
    files: new Map([[entry, new TextEncoder().encode(sources[language])]]),
    entry,
    action: 'go',
    input: { planted: planted.value },
    env: host.env,
    limits: { wallMs: 20_000 },
    tools: host.toolsFor(permissions, null),
    onStream() {
      for (const pid of descendantPids(process.pid)) {
        const search = searchMemory(pid, [planted, ...allCanaries])
        searchedBytes += search.searchedBytes
        for (const place of search.found) found.add(place)
      }
      cancelling.abort()
    },
    onLog() {},
    signal: cancelling.signal,
  })
  return { outcome, found: [...found], searchedBytes, planted }
}

describe.each(benches.map((bench) => [`${bench.runtime} (${bench.isolation})`, bench] as const))(
  'the memory of a guest in %s',
  (_name, bench) => {
    let engine: Engine
    beforeAll(async () => {
      // No process waits beside the one that is looked into.
      engine = bench.create(0)
      await engine.status()
    })
    afterAll(() => engine.close())

    it('holds what its skill was handed, and no secret, file, environment or storage of anybody else', async () => {
      const { outcome, found, searchedBytes, planted } = await dump(engine, bench.language)
      expect(outcome).toMatchObject({ status: 'cancelled' })
      expect(searchedBytes).toBeGreaterThan(2 * MEGABYTE)
      // That the planted value is found shows that the others would be.
      expect(found).toEqual([planted.place])
    })
  },
)
