/** bot-logic.js */
export const javascriptCode = `// Actions are exported functions: the input is checked against action-schema.json before, the output after.
// ctx gives what permissions.json asks for, and nothing else: ai, tools, storage, console, env, stream, signal.
export async function count(input, ctx) {
  const words = input.text.split(/\\s+/).filter((word) => word !== '')
  ctx.console.log(\`\${words.length} words\`)
  return { words: words.length }
}
`

/** main.py */
export const pythonCode = `# Actions are functions: the input is checked against action-schema.json before, the output after.
# ctx gives what permissions.json asks for, and nothing else: ai, tools, storage, console, env, stream.
async def count(input, ctx):
    return {"words": len(input["text"].split())}
`

/** workflow.json */
export const workflowSteps = `{
  "steps": [
    { "id": "save", "tool": "file.write", "with": { "path": "text.txt", "content": "{{input.text}}" } }
  ],
  "output": { "text": "{{input.text}}" }
}
`
