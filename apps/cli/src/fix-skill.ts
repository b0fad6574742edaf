import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type Fix, fixSkillMd } from '@guildhall/skill-format'
import { Failure } from './failures.ts'

async function skillMdAt(path: string): Promise<string> {
  const found = await stat(path)
  if (found.isFile()) {
    if (basename(path).toLowerCase() === 'skill.md') return path
    throw new Failure('An archive is not mended', { where: path, remedy: 'Unpack it, mend the folder, pack it again.' })
  }
  for (const name of ['SKILL.md', 'skill.md']) {
    const file = join(path, name)
    if (await stat(file).catch(() => null)) return file
  }
  throw new Failure('There is no SKILL.md to mend', { where: path, remedy: 'Make one with `guildhall init`.' })
}

/** Replaces a file whole or not at all, with the rights it had. */
async function replaceFile(file: string, text: string): Promise<void> {
  const { mode } = await stat(file)
  const fresh = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(fresh, text, { flag: 'wx', mode: mode & 0o777 })
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

function textIn(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Failure('SKILL.md is not valid UTF-8', { where: file, remedy: 'Save the file as UTF-8.', cause })
  }
}

/** Mends the SKILL.md of a skill folder in place, and says what was mended. Throws a Failure or a system error. */
export async function fixSkill(cwd: string, given: string): Promise<Fix[]> {
  const file = await skillMdAt(resolve(cwd, given))
  const before = textIn(await readFile(file), file)
  const { text, fixes } = fixSkillMd(before, basename(dirname(file)))
  if (text !== before) await replaceFile(file, text)
  return fixes
}
