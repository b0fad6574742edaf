/**
 * Brings Pyodide into a realm that has nothing: no files, no network, no Node. Everything comes as bytes. Pyodide takes the realm for a bare
 * JavaScript shell then, and asks `readbuffer` for its files.
 */

/** What Pyodide finds instead of a system. A shell has no random numbers but by its `os.system`, which here answers that one question. */
function pretendShell({ wasm, library }) {
  const { crypto, btoa } = globalThis
  for (const name of ['Deno', 'process', 'navigator', 'WorkerGlobalScope', 'importScripts', 'Buffer', 'global'])
    if (!Reflect.deleteProperty(globalThis, name)) globalThis[name] = undefined
  const nothing = () => {
    throw new Error('There is nothing to read here')
  }
  const readbuffer = (path) => (path.endsWith('.wasm') ? wasm : library)
  const system = (_program, [, command]) => {
    const bytes = crypto.getRandomValues(new Uint8Array(Number(/head -c(\d+) /.exec(command)[1])))
    return btoa(String.fromCharCode(...bytes))
  }
  Object.assign(globalThis, { read: nothing, load: nothing, readbuffer, os: { system } })
}

const importBytes = (bytes) => import(URL.createObjectURL(new Blob([bytes], { type: 'application/javascript' })))

const END_OF_GLUE = 'export default _createPyodideModule'

/** What the largest script of Pyodide exports. As a module Deno would parse it once more itself, which costs a sixth of a start. */
function evaluateGlue(bytes) {
  const text = new TextDecoder().decode(bytes)
  const end = text.lastIndexOf(END_OF_GLUE)
  if (end < 0) throw new Error(`pyodide.asm.mjs does not say ${JSON.stringify(END_OF_GLUE)}: see load-pyodide.js`)
  const body = text.slice(0, end).replaceAll('import.meta.url', '""')
  // oxlint-disable-next-line typescript/no-implied-eval -- it is Pyodide itself, from its own package
  return new Function(`"use strict";${body}return _createPyodideModule`)()
}

/** Loads Pyodide from its files, `{ wasm, library, loader, glue, lock }` in bytes; `options` are those of `loadPyodide`. */
export async function loadPyodideFrom(files, options) {
  const loader = await (pretendShell(files), importBytes(files.loader))
  const { info } = JSON.parse(new TextDecoder().decode(files.lock))
  return loader.loadPyodide({
    indexURL: '/',
    packageBaseUrl: '/',
    createPyodideModule: evaluateGlue(files.glue),
    // Nothing can be installed.
    lockFileContents: { info, packages: {} },
    jsglobals: { __proto__: null, setTimeout, clearTimeout },
    enableRunUntilComplete: false,
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
    ...options,
  })
}

/** Reads the files of the package `pyodide` from its folder, which must end in a slash. */
export function readPyodideFiles(folder) {
  const read = (name) => Deno.readFileSync(folder + name)
  return {
    wasm: read('pyodide.asm.wasm'),
    library: read('python_stdlib.zip'),
    loader: read('pyodide.mjs'),
    glue: read('pyodide.asm.mjs'),
    lock: read('pyodide-lock.json'),
  }
}
