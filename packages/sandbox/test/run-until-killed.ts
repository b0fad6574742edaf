/** Runs a skill that never ends and prints the process ids below this process, so that a test can kill it in the middle. */
import { createJavascriptEngine } from '../src/engines/javascript/javascript-engine.ts'
import { descendantPids } from '../src/guests/resident-memory.ts'
import { noToolUsage } from '../src/run.ts'

const isolation = process.argv[2] === 'language' ? 'language' : 'auto'
const engine = createJavascriptEngine({ isolation, poolSize: 1 })
await engine.run({
  kind: 'javascript',
  files: new Map([
    ['main.js', new TextEncoder().encode("export const go = (_input, ctx) => { ctx.stream('started'); for (;;) {} }")],
  ]),
  entry: 'main.js',
  action: 'go',
  input: null,
  env: {},
  tools: { used: () => noToolUsage, call: async () => ({ success: true, data: null, metadata: { durationMs: 0 } }) },
  onStream: () => console.log(JSON.stringify(descendantPids(process.pid))),
  onLog() {},
  signal: new AbortController().signal,
})
