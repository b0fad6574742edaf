import type { ConformanceSkills } from './conformance-skills.ts'

const action = (body: string) => `async def go(input, ctx):\n${body.replace(/^/gm, '    ')}\n`

/** The conformance skills in Python. */
export const pythonSkills: ConformanceSkills = {
  entry: 'main.py',
  echo: action('return {"input": input, "locale": ctx.env["locale"]}'),
  streams: action('for i in range(200): ctx.stream(i)\nreturn "done"'),
  streamsPatiently: action('for i in range(50): await ctx.stream("x" * 1000)\nreturn "done"'),
  iteratesParts: action(
    'parts = [part async for part in ctx.ai.generateText("x")]\nreturn [parts, await ctx.ai.generateText("x")]',
  ),
  logs: action(
    'ctx.console.debug("one"); print("two"); ctx.console.warn("three"); ctx.console.error("four")\nreturn 1',
  ),
  logsMuch: action('for i in range(50): ctx.console.log("line", i)\nreturn 1'),
  callsTool: action('return await ctx.tools.test.echo(input)'),
  catchesRefusal: `from guildhall_skill import ToolError
async def go(input, ctx):
    try:
        await ctx.tools.test.refused({})
    except ToolError as error:
        return [error.error_type, error.recovery_options, str(error)]
`,
  letsRefusalThrough: action('await ctx.tools.test.refused({})'),
  letsFailureThrough: action('await ctx.tools.test.failing({})'),
  callsConcurrently: `import asyncio
async def go(input, ctx):
    return await asyncio.gather(*(ctx.tools.test.echo(n=n) for n in range(20)))
`,
  callsOften: action(`seen = []
for i in range(10):
    try:
        await ctx.tools.test.echo(i)
        seen.append("ok")
    except Exception as error:
        seen.append(error.error_type)
return seen`),
  throws: action('raise TypeError("broken " + input["what"])'),
  spins: action('while True: pass'),
  waits: `import asyncio
async def go(input, ctx):
    ctx.stream("started")
    await asyncio.Event().wait()
`,
  tidies: `import asyncio
async def go(input, ctx):
    ctx.signal.add_event_listener("abort", lambda: ctx.stream("tidied"))
    ctx.stream("started")
    await asyncio.Event().wait()
`,
  hogsHeap: action('kept = []\nwhile True: kept.append([i * 1.5 for i in range(1000)])'),
  hogsBuffers: action('kept = []\nwhile True: kept.append(b"x" * (8 * 1024 * 1024))'),
  answersMuch: action('return "x" * input["size"]'),
  streamsMuch: action('while True: ctx.stream("x" * 1000)'),
  lacksAction: 'def other(): return 1\n',
  isNotCode: 'async def go(',
}
