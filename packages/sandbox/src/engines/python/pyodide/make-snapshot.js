/**
 * Starts Pyodide once, brings in our part of the guest and what skills import most, and writes its memory to a file: from there a guest
 * is ready in a tenth of the time. Runs before there is any skill. Arguments: folder of Pyodide, folder of the guest's Python, file to write.
 */
import { loadPyodideFrom, readPyodideFiles } from './load-pyodide.js'

const [pyodideDir, guestDir, target] = Deno.args
const { writeFileSync, exit } = Deno
const files = readPyodideFiles(pyodideDir)
const sources = Deno.readDirSync(guestDir)
  .map(({ name }) => name)
  .filter((name) => name.endsWith('.py'))
  .map((name) => [name, Deno.readTextFileSync(guestDir + name)])
  .toArray()

const pyodide = await loadPyodideFrom(files, { _makeSnapshot: true })
pyodide.FS.mkdir('/guest')
for (const [name, source] of sources) pyodide.FS.writeFile(`/guest/${name}`, source)
pyodide.runPython(`
import sys
sys.path.append("/guest")
import asyncio, csv, datetime, decimal, html, io, itertools, json, math, pkgutil, random, re, statistics, textwrap, unicodedata, urllib.parse
import pyodide_guest
# The seeds of the guests are made when they run.
`)
writeFileSync(target, pyodide.makeMemorySnapshot())
exit(0)
