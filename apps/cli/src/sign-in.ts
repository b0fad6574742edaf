import type { Me, Scope, Tokens } from '@guildhall/contracts'
import { saveCredential } from './config/credentials.ts'
import { Failure } from './failures.ts'
import type { Session } from './session.ts'

/** Says that a token of the environment counts, whatever is stored. */
export function noteTokenInForce(session: Session): void {
  if (!session.host.env['GUILDHALL_TOKEN']) return
  session.note('GUILDHALL_TOKEN is set and counts, whatever is stored; unset it to change that.')
}

/** Turns a fresh login into an API key that is stored for this registry, and ends the login. */
export async function keepSignedIn(session: Session, user: Me, tokens: Tokens | null): Promise<void> {
  if (tokens === null)
    throw new Failure('The registry accepted the login but sent no tokens', {
      where: session.registry,
      remedy: 'Create an API key on its website and use `guildhall login --token`.',
    })
  const client = session.clientWith(tokens.accessToken)
  const scopes: Scope[] = ['read', 'publish', 'install', 'run', 'account']
  if (user.role === 'admin') scopes.push('admin')
  const name = `guildhall on ${session.host.machineName}`.slice(0, 100)
  const { key, secret } = await client.auth.createKey({ body: { name, scopes } })
  await saveCredential(session.configDir, session.registry, {
    token: secret,
    keyId: key.id,
    handle: user.handle,
    savedAt: session.host.now().toISOString(),
  })
  // The key is what is used from now on; a login that cannot be ended just runs out.
  await client.auth.logout().catch(() => undefined)
  session.result({ user, registry: session.registry, keyId: key.id }, () => [
    `Signed in to ${session.registry} as ${session.paint.bold(`@${user.handle}`)} (${user.role}).`,
  ])
  noteTokenInForce(session)
}
