import { describeEngine } from '../../../test/engine-conformance.ts'
import { pythonSkills } from '../../../test/python-skills.ts'
import { createPythonEngine } from './python-engine.ts'

describeEngine('Python in CPython', () => createPythonEngine({}), pythonSkills)
describeEngine('Python in Pyodide', () => createPythonEngine({ runtime: 'pyodide', poolSize: 1 }), pythonSkills)
