import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { expect, it } from 'vitest'

const typescriptOptions: ts.CompilerOptions = {
  allowJs: true,
  checkJs: true,
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2024,
  lib: ['lib.es2024.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
}

const skills = ['good-skill.js', 'wrong-skill.js'].map((name) => join(import.meta.dirname, name))

/** The lines of each skill in which the compiler finds a mistake; a mistake elsewhere is a failure of its own. */
function wrongLines(): Map<string, number[]> {
  const lines = new Map(skills.map((path) => [basename(path), new Set<number>()]))
  for (const { file, start = 0, messageText } of ts.getPreEmitDiagnostics(
    ts.createProgram(skills, typescriptOptions),
  )) {
    const found = lines.get(basename(file?.fileName ?? ''))
    if (!file || !found) throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
    found.add(file.getLineAndCharacterOfPosition(start).line + 1)
  }
  return new Map([...lines].map(([name, numbers]) => [name, [...numbers]]))
}

it('a skill that uses everything as it is meant is right, and every mistake of another is told where it stands', () => {
  const lines = readFileSync(join(import.meta.dirname, 'wrong-skill.js'), 'utf8').split('\n')
  const marked = lines.flatMap((line, index) => (line.includes('// wrong:') ? [index + 1] : []))
  expect(marked.length).toBeGreaterThan(10)
  expect(Object.fromEntries(wrongLines())).toEqual({ 'good-skill.js': [], 'wrong-skill.js': marked })
})

const listMethods = `
import ast, json, sys
module = ast.parse(sys.stdin.read())
classes = {node.name: node.body for node in module.body if isinstance(node, ast.ClassDef)}
print(json.dumps({name: sorted({one.name for one in body if isinstance(one, ast.FunctionDef) and not one.name.startswith('_')})
                  for name, body in classes.items()}))
`

async function pythonClasses(path: string): Promise<Record<string, string[]>> {
  const reading = promisify(execFile)('python3', ['-c', listMethods])
  reading.child.stdin?.end(readFileSync(path))
  const classes: Record<string, string[]> = JSON.parse((await reading).stdout)
  return classes
}

it('the types for Python are Python, and have what the context of a skill really has', async () => {
  const stub = await pythonClasses(join(import.meta.dirname, '../guildhall_skill.pyi'))
  const own = await pythonClasses(join(import.meta.dirname, '../../sandbox/src/engines/python/guest/context.py'))
  for (const name of ['Ai', 'Storage', 'Signal', 'SkillContext'])
    expect({ [name]: stub[name] }).toEqual({ [name]: own[name] })
  expect(stub['MarkdownTools']).toEqual(['to_html'])
})
