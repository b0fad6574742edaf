const greet = {
  description: 'Greets somebody, word by word.',
  idempotent: true,
  timeoutMs: 10_000,
  input: {
    type: 'object',
    required: ['name', 'times'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 40, title: 'Who' },
      times: { type: 'integer', minimum: 1, maximum: 3, default: 1, title: 'How often' },
      tone: { enum: ['warm', 'dry'], default: 'warm', title: 'Tone' },
      shout: { type: 'boolean', title: 'Shout' },
      titles: { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 2, title: 'Titles' },
    },
  },
  output: { type: 'object' },
}

const code = `
export async function greet(input, ctx) {
  ctx.console.log('greeting', input.name)
  const count = ((await ctx.storage.get('greetings')) ?? 0) + 1
  await ctx.storage.set('greetings', count)
  for (let turn = 0; turn < input.times; turn += 1)
    for (const word of ['Good ', 'evening, ', [...(input.titles ?? []), input.name].join(' ') + '. ']) ctx.stream(word)
  try {
    await ctx.tools.http.get({ url: 'https://elsewhere.example/' })
  } catch (error) {
    ctx.console.log('refused:', error.message)
  }
  return { greeted: input.name, count }
}
`

const readme = `
# Evening greeter

Greets **politely**. <script>alert(1)</script> See [the manners](references/manners.md), [a site](https://example.com/)
and [nothing good](javascript:alert(1)).

![A picture from elsewhere](https://example.com/picture.png)

| Tone | Sounds |
| ---- | ------ |
| warm | kind   |
`

/** A small skill that streams, remembers and is refused something. */
export function greeterSkill(version: string): Record<string, string> {
  const description = 'Greets people in the evening with quixotic courtesy.'
  return {
    'SKILL.md': `---\nname: evening-greeter\ndescription: ${description}\nlicense: MIT\n---\n${readme}`,
    'manifest.json': JSON.stringify({
      name: 'evening-greeter',
      version,
      displayName: 'Evening greeter',
      description,
      kind: 'javascript',
      entry: 'bot-logic.js',
      category: 'communication',
      tags: ['manners'],
    }),
    'permissions.json': JSON.stringify({ storage: true }),
    'action-schema.json': JSON.stringify({ greet }),
    'bot-logic.js': code,
    'references/manners.md': '# Manners\n\nSay good evening.\n',
  }
}
