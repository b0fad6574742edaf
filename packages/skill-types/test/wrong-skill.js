// @ts-check
/** @import { SkillContext } from '@guildhall/skill-types' */

/**
 * Every line marked so is a mistake that the types must tell.
 *
 * @param {{ path: string }} input
 * @param {SkillContext} ctx
 */
export async function go(input, ctx) {
  await ctx.tools.file.read({ file: input.path }) // wrong: no such argument
  await ctx.tools.file.read() // wrong: arguments are needed
  await ctx.tools.file.read({ path: input.path, encoding: 'latin1' }) // wrong: no such encoding
  await ctx.tools.csv.format({ rows: [] }) // wrong: no such tool
  await ctx.tools.docx.read({ path: 'a' }) // wrong: no such group
  const info = await ctx.tools.image.info({ path: 'a.png' })
  info.width.trim() // wrong: a number is no text
  await ctx.tools.image.resize({ path: 'a.png', to: 'b.svg', width: 1, format: 'svg' }) // wrong: no such format
  await ctx.storage.set('last', () => 1) // wrong: a function is no JSON
  await ctx.ai.generateObject('Which city?') // wrong: without a schema
  ctx.secrets.get('KEY') // wrong: a skill sees no secrets
  ctx.signal = { aborted: false } // wrong: cannot be changed
  return fetch(input.path) // wrong: there is no network but by tools
}
