import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { CodeBlock } from './code-block.tsx'

export function InstallGuide() {
  return (
    <>
      <h2>Into your library on this server</h2>
      <p>
        Open a skill in the <Link href={paths.marketplace()}>marketplace</Link> and press Install. You are shown what it
        may touch, the riskiest first, and nothing happens before you agree. The grant covers exactly that list; a later
        version that asks for more asks you again.
      </p>
      <h2>Into the agents on your machine</h2>
      <p>In the folder of your project:</p>
      <CodeBlock label="Install with the command line">{'guildhall add @publisher/name'}</CodeBlock>
      <p>
        The command downloads the package, checks its digest and its signature, and writes it into the folders of the
        agents it finds. A lock file records the exact version and digest, so that everybody who works on the project
        gets the same files.
      </p>
      <p>
        Other clients install from here, too: the page of each skill has the lines for them. Only the command above
        checks the signature.
      </p>
      <h2>What the signature says</h2>
      <p>
        Each release has a digest: a SHA-256 over the list of its files with their sizes and hashes, its full name and
        its version. The server signs this digest with Ed25519. Whoever holds the server’s public key can check both
        without asking the server again.
      </p>
    </>
  )
}
