import { describeEngine } from '../../../test/engine-conformance.ts'
import { pythonSkills } from '../../../test/python-skills.ts'
import { createPythonEngine } from './python-engine.ts'

describeEngine('Python in CPython', () => createPythonEngine({ runtime: 'cpython' }), pythonSkills)
describeEngine('Python in Pyodide', () => createPythonEngine({ runtime: 'pyodide' }), {
  ...pythonSkills,
  extraMemoryBytes: 160 * 1024 * 1024,
})
