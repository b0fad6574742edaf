// @ts-check
/** @import { SkillContext, ToolError } from '@guildhall/skill-types' */

/**
 * Uses what a skill may use, each thing as it is meant.
 *
 * @param {{ path: string }} input
 * @param {SkillContext} ctx
 */
export async function go(input, ctx) {
  const text = await ctx.tools.file.read({ path: input.path })
  const rows = await ctx.tools.csv.parse({ text, delimiter: ';' })
  const { pages, nextPage } = await ctx.tools.pdf.extract({ path: 'report.pdf', firstPage: 2 })
  for (const { page, text: words } of pages) ctx.console.log(page.toFixed(), words.trim())
  const answer = await ctx.tools.http.post({ url: 'https://api.example.com/', json: { rows: rows.length }, as: 'json' })
  const listed = await ctx.tools.file.list()
  for await (const part of ctx.ai.generateText(`Summarise ${text}`, { maxOutputTokens: 100 })) await ctx.stream(part)
  const written = await ctx.ai.generateText([{ role: 'user', content: 'Hello' }])
  await ctx.storage.set('last', { rows: rows.length, next: nextPage, status: answer.status, files: listed.length })
  ctx.signal.throwIfAborted()
  return { html: await ctx.tools.markdown.toHtml({ text: written.toUpperCase() }), locale: ctx.env['locale'] ?? 'en' }
}

/**
 * @param {unknown} _input
 * @param {SkillContext} ctx
 */
export async function careful(_input, ctx) {
  try {
    return await ctx.tools.image.resize({ path: 'a.png', to: 'b.webp', width: 100, format: 'webp' })
  } catch (error) {
    const { errorType, recoveryOptions } = /** @type {ToolError} */ (error)
    return errorType === 'not_found' ? recoveryOptions.join() : null
  }
}
