import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { CodeBlock } from './code-block.tsx'

const run = `guildhall run @publisher/name action --input '{"topic": "tides"}'`

const api = `
curl -X POST https://your-server/api/v1/executions \\
  -H "Authorization: Bearer $GUILDHALL_TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d '{"skill": "@publisher/name", "action": "action", "input": {"topic": "tides"}}'
`

export function RunGuide() {
  return (
    <>
      <p>
        A skill with actions can be run on this server once it is in your <Link href={paths.library()}>library</Link>.
        The form is made from the action’s own description of its input. Output appears while it is written; what the
        skill logs and every tool it calls stand below it, refused calls included.
      </p>
      <h2>Walls</h2>
      <p>
        The code runs in a sandbox of its own without files, network or environment. Whatever it does to the outside
        goes through tools, and each call is compared with what you granted. Time and memory are limited; a run that
        goes beyond is stopped, and the next one starts fresh.
      </p>
      <h2>From a terminal</h2>
      <CodeBlock label="Run with the command line">{run}</CodeBlock>
      <h2>From a program</h2>
      <p>
        Make a key under <Link href={paths.keys()}>API keys</Link> that may run things, then:
      </p>
      <CodeBlock label="Run through the API">{api}</CodeBlock>
      <p>
        The answer names the execution. Follow it at <code>/executions/{'{id}'}/events</code>, a stream of server-sent
        events that can be taken up again after a broken connection with <code>Last-Event-ID</code>. Everything else is
        in the <a href={paths.apiReference()}>API reference</a>.
      </p>
    </>
  )
}
