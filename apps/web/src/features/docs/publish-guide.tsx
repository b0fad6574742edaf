import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { CodeBlock } from './code-block.tsx'

const skillMd = `
---
name: meeting-notes
description: Turns a rough transcript into decisions and tasks. Use it after a meeting.
license: MIT
---

# Meeting notes

Read the transcript to its end before you write anything …
`

const permissions = `
{
  "fileSystem": { "read": ["workspace"], "write": false },
  "network": { "hosts": ["api.example.com"] },
  "storage": true,
  "tools": ["csv.parse", "http.get"]
}
`

export function PublishGuide() {
  return (
    <>
      <p>
        A skill is a folder. Its only necessary file is <code>SKILL.md</code>: a few lines of YAML that say what the
        skill is called and when to use it, and below them the instructions an agent follows.
      </p>
      <CodeBlock label="An example of SKILL.md">{skillMd}</CodeBlock>
      <h2>A skill that does something itself</h2>
      <p>
        Put code beside it: <code>manifest.json</code> names the kind and the entry, <code>action-schema.json</code>{' '}
        describes each action’s input and output, and <code>permissions.json</code> says what it may touch. What is not
        in that file is refused while it runs, so ask for as little as you can.
      </p>
      <CodeBlock label="An example of permissions.json">{permissions}</CodeBlock>
      <h2>Hand it in</h2>
      <p>
        On the <Link href={paths.publish()}>publish page</Link>, drop the folder as a zip. From a terminal, name the
        folder:
      </p>
      <CodeBlock label="Publish from the command line">{'guildhall publish ./meeting-notes'}</CodeBlock>
      <p>
        A whole repository comes in at once <Link href={paths.imports()}>from git</Link>: every skill in it, at a commit
        that is recorded. Importing again hands in only what changed.
      </p>
      <h2>Who sees it</h2>
      <p>
        Public skills are everybody’s and have to meet the specification. Private ones are yours alone and only have to
        be loadable; for others there is nothing at their address. You choose when you hand in, and can change it later.
      </p>
      <h2>What happens then</h2>
      <p>
        The package is unpacked within limits and validated. Checkers that this server has run next; those it has not
        are shown as not configured. An administrator reviews it unless you are a verified publisher. Then it is signed
        and released. If something is wrong you see the file, the line and the way to mend it.
      </p>
      <p>A version never changes once it is released. To correct something, publish the next version.</p>
      <h2>Afterwards</h2>
      <p>
        Under Manage on the page of your skill you advise against versions, yank or withdraw them and bring them back,
        set tags, rename the skill, hand it to another publisher, or delete it. Each says first what follows from it.
      </p>
    </>
  )
}
