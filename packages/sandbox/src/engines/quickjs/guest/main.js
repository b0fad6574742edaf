/**
 * A Node.js process that runs one skill once in a QuickJS virtual machine, compiled to WebAssembly. The skill's code is data to that machine
 * and reaches nothing but the few functions handed into it; the process is no boundary of its own. It speaks the protocol of
 * guests/frames.ts. Arguments: the folders of the modules that the machine's first code is made of.
 */
import { readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core'
import variant from '@jitl/quickjs-wasmfile-release-sync'
import { loadModule, resolveModule } from './modules.js'
import { readUrl } from './read-url.js'

const SECRET_BYTES = 16
const MEGABYTE = 1024 * 1024
/** What the process takes besides the machine. */
const OWN_BYTES = 64 * MEGABYTE
const STACK_BYTES = 256 * 1024
/** As `web/crypto.js` asks for. */
const MOST_RANDOM_BYTES = 65_536
/** The machine asks several thousand times a second whether to go on; one look in so many is enough. */
const LOOK_EVERY = 64

const [codeDir, sharedDir] = process.argv.slice(2)
const shared = ['calls.js', 'context.js', 'intrinsics.js', 'outbox.js', 'timers.js']
const OWN = 'guest:/quickjs/guest/'
const FIRST = `${OWN}vm.js`
const WEB = `${OWN}web/`
/** The parts of the web that the machine may ask for. */
const webParts = ['web', 'url']
const modules = new Map([
  ...['vm.js', 'web-on-demand.js'].map((name) => [`${OWN}${name}`, readFileSync(join(codeDir, name), 'utf8')]),
  ...shared.map((name) => [`guest:/javascript/guest/${name}`, readFileSync(join(sharedDir, name), 'utf8')]),
])
const host = process.ppid
let secret = Buffer.alloc(SECRET_BYTES)

function send(kind, text) {
  const payload = Buffer.from(text)
  const head = Buffer.alloc(4)
  head.writeUInt32BE(SECRET_BYTES + 1 + payload.byteLength)
  const frame = Buffer.concat([head, secret, Buffer.from(kind, 'latin1'), payload])
  let written = 0
  while (written < frame.byteLength) written += writeSync(1, frame, written)
}

/** Nothing runs longer than its host: a busy machine looks itself, since nobody else can tell it. */
function createInterrupt() {
  let turns = 0
  return () => {
    if (++turns % LOOK_EVERY === 0 && process.ppid !== host) process.exit(0)
    return false
  }
}

function usage() {
  const { user, system } = process.cpuUsage()
  return { peakMemoryBytes: process.resourceUsage().maxRSS * 1024, cpuMs: Math.round((user + system) / 1000) }
}

function readWeb() {
  const dir = join(codeDir, 'web')
  for (const name of readdirSync(dir)) modules.set(`${WEB}${name}`, readFileSync(join(dir, name), 'utf8'))
}

/** Builds a machine whose first code has run; answers a function that hands it a frame. */
async function createMachine() {
  const quickjs = await newQuickJSWASMModuleFromVariant(variant)
  const runtime = quickjs.newRuntime()
  runtime.setMaxStackSize(STACK_BYTES)
  runtime.setInterruptHandler(createInterrupt())
  runtime.setModuleLoader((address) => loadModule(modules, address), resolveModule)
  const vm = runtime.newContext()
  const timers = new Map()
  let onFrame = null

  function hand(kind, text) {
    const handles = [vm.newString(kind), vm.newString(text)]
    const result = vm.callFunction(onFrame, vm.undefined, ...handles)
    for (const handle of handles) handle.dispose()
    result.dispose()
    runtime.executePendingJobs().dispose()
  }

  const functions = {
    send: (kind, text) => {
      const name = vm.getString(kind)
      send(name, name === 'u' ? JSON.stringify(usage()) : vm.getString(text))
    },
    byteLength: (text) => vm.newNumber(Buffer.byteLength(vm.getString(text))),
    setTimer: (id, delayMs, repeats) => {
      const number = vm.getNumber(id)
      const start = vm.dump(repeats) ? setInterval : setTimeout
      timers.set(
        number,
        start(() => hand('t', String(number)), vm.getNumber(delayMs)),
      )
    },
    clearTimer: (id) => clearTimeout(timers.get(vm.getNumber(id))),
    loadWeb: (name) => {
      readWeb()
      const address = `${WEB}${webParts.find((part) => part === vm.getString(name)) ?? 'web'}.js`
      return vm.unwrapResult(vm.evalCode(modules.get(address), address, { type: 'module' }))
    },
    readUrl: (asked) => vm.newString(readUrl(vm.getString(asked))),
    randomBytes: (count) => {
      const bytes = new Uint8Array(Math.min(vm.getNumber(count), MOST_RANDOM_BYTES))
      // Loaded when it is first asked for: most skills never do.
      return vm.newArrayBuffer(process.getBuiltinModule('node:crypto').getRandomValues(bytes).buffer)
    },
    listen: (listener) => {
      onFrame = listener.dup()
    },
  }
  const bridge = vm.newObject()
  for (const [name, work] of Object.entries(functions)) vm.setProp(bridge, name, vm.newFunction(name, work))
  vm.setProp(vm.global, '__host', bridge)
  vm.unwrapResult(vm.evalCode(modules.get(FIRST), FIRST, { type: 'module' })).dispose()
  return { hand, limitMemory: (bytes) => runtime.setMemoryLimit(Math.max(bytes - OWN_BYTES, 8 * MEGABYTE)) }
}

const { hand, limitMemory } = await createMachine()

function startRun(text) {
  const run = JSON.parse(text)
  for (const [path, source] of run.modules) modules.set(`skill:/${path}`, source)
  limitMemory(run.memoryBytes)
  const { modules: _sources, ...told } = run
  hand('r', JSON.stringify(run.isScript ? { ...told, script: modules.get(`skill:/${run.entry}`) } : told))
}

let held = Buffer.alloc(0)
process.stdin.on('data', (chunk) => {
  held = Buffer.concat([held, chunk])
  while (held.byteLength >= 4 && held.byteLength >= 4 + held.readUInt32BE(0)) {
    const end = 4 + held.readUInt32BE(0)
    const kind = held.toString('latin1', 4, 5)
    const payload = held.subarray(5, end)
    held = held.subarray(end)
    if (kind === 'b') {
      secret = Buffer.from(payload)
      send('r', '{}')
    } else if (kind === 'r') startRun(payload.toString('utf8'))
    else hand(kind, payload.toString('utf8'))
  }
})
// The host is gone: nobody waits for a result.
process.stdin.on('end', () => process.exit(0))
