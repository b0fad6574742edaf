import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { repositoryRoot } from '../process/run-command.ts'
import { referenceFiles } from './reference-files.ts'

if (import.meta.main)
  for (const [path, text] of await referenceFiles()) {
    await mkdir(dirname(join(repositoryRoot, path)), { recursive: true })
    await writeFile(join(repositoryRoot, path), text)
    console.log(path)
  }
