/**
 * A host of Pyodide as one would first write it, which holds nothing back: for attacks to succeed on. Reads `[{ name, source }]` and
 * `env` as JSON from the file that is its argument, and answers `{ name: what it answered }` on the last line.
 */
// Not strict, as much code of hosts is.
const { readFileSync } = require('node:fs')
const { loadPyodide } = require('pyodide')

const [file] = process.argv.slice(2)
const { skills, env } = JSON.parse(readFileSync(file, 'utf8'))
const secret = new Uint8Array(16).fill(7)

function send(text) {
  const payload = new TextEncoder().encode(text)
  const frame = new Uint8Array(secret.length + payload.length)
  frame.set(secret)
  frame.set(payload, secret.length)
}

const prelude = `
import types, inspect
mark = b"mark-of-the-skill"
async def attack(source, send, env):
    scope = {}
    exec(source, scope)
    ctx = types.SimpleNamespace(env=env.to_py(), stream=send)
    answer = scope["go"]({}, ctx)
    if inspect.isawaitable(answer): answer = await answer
    import json
    return json.dumps(answer)
attack
`

function startPython(attack, source) {
  return attack(source, send, env)
}

async function main() {
  const pyodide = await loadPyodide({ env: { ...process.env } })
  const attack = pyodide.runPython(prelude)
  const answers = {}
  for (const { name, source } of skills) {
    try {
      answers[name] = JSON.parse(await startPython(attack, source))
    } catch (error) {
      answers[name] = String(error).slice(-2000)
    }
  }
  process.stdout.write(`\n${JSON.stringify(answers)}\n`, () => process.exit(0))
}
void main()
