/**
 * A host of QuickJS as one would first write it: it loads modules from the disk, leaves its bridge in the realm, calls it by what skills may
 * change, tells errors as they are and evaluates the text of timers. Arguments and answer are those of naive-pyodide.cjs.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import variant from '@jitl/quickjs-wasmfile-release-sync'
import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core'

const { skills, env: told } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const env = { ...told, hostPid: process.pid }
const quickjs = await newQuickJSWASMModuleFromVariant(variant)

const prelude = `
const { send, readFile, setTimer } = __host
globalThis.setTimeout = (work, delay) => typeof work === 'function' ? void Promise.resolve().then(work) : setTimer(String(work))
globalThis.setInterval = globalThis.setTimeout
globalThis.clearTimeout = globalThis.clearInterval = () => {}
globalThis.queueMicrotask = globalThis.setTimeout
globalThis.console = { log: (text) => void send.call(null, String(text)) }
globalThis.crypto = { getRandomValues: (view) => (view instanceof Uint8Array ? view : readFile(view)) }
const refuse = async () => { throw new Error('refused') }
globalThis.ctx = {
  env: JSON.parse(__env),
  console,
  stream: (text) => void send.call(null, String(text)),
  storage: { get: refuse },
  tools: {
    csv: { parse: refuse },
    http: { get: refuse },
    file: {
      async read({ path }) {
        // The host sees the text only as far as a NUL.
        if (!path.endsWith('.txt')) throw new Error('refused')
        return readFile(path)
      },
    },
  },
}
`

function attack({ dir }) {
  const runtime = quickjs.newRuntime()
  const load = (address) => {
    const text = readFileSync(address.split('\0')[0], 'utf8')
    return address.endsWith('.json') ? `export default ${text}` : text
  }
  runtime.setModuleLoader(load, (base, address) => join(base === 'main.js' ? dir : dirname(base), address))
  const vm = runtime.newContext()
  const functions = {
    send: (text) => void vm.getString(text),
    readFile: (path) => vm.newString(readFileSync(join(dirname(env.hostFile), vm.getString(path)), 'utf8')),
    setTimer: (text) => {
      // oxlint-disable-next-line typescript/no-implied-eval
      throw new Error(String(new Function(`return ${vm.getString(text)}`)()))
    },
  }
  const bridge = vm.newObject()
  for (const [name, work] of Object.entries(functions)) vm.setProp(bridge, name, vm.newFunction(name, work))
  vm.setProp(vm.global, '__host', bridge)
  vm.setProp(vm.global, '__env', vm.newString(JSON.stringify(env)))
  vm.unwrapResult(vm.evalCode(prelude)).dispose()
  const started = vm.unwrapResult(
    vm.evalCode(
      `import { go } from './main.js'
      go({}, ctx).then((value) => { globalThis.told = JSON.stringify(value) }, (error) => { globalThis.told = JSON.stringify(String(error) + error.stack) })`,
      'main.js',
      { type: 'module' },
    ),
  )
  started.dispose()
  runtime.executePendingJobs()
  return JSON.parse(vm.getString(vm.getProp(vm.global, 'told')))
}

const answers = {}
for (const skill of skills) {
  try {
    answers[skill.name] = attack(skill)
  } catch (error) {
    answers[skill.name] = String(error)
  }
}
process.stdout.write(`\n${JSON.stringify(answers)}\n`)
