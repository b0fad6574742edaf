import { ApiProblem } from '@guildhall/sdk'
import { forgetCredential, readCredential } from '../config/credentials.ts'
import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { noteTokenInForce } from '../sign-in.ts'

/** guildhall logout */
export const defineLogout: DefineCommand = (command, invocation) => {
  complete(command, invocation, {
    options: noOptions,
    examples: ['logout', 'logout --registry https://skills.example.com'],
    run: async (session) => {
      noteTokenInForce(session)
      const credential = await readCredential(session.configDir, session.registry)
      if (credential === null)
        return session.result({ signedOut: false }, () => [`You were not signed in to ${session.registry}.`])
      await forgetCredential(session.configDir, session.registry)
      const { keyId } = credential
      if (keyId !== null)
        await session
          .clientWith(credential.token)
          .auth.revokeKey({ params: { id: keyId } })
          .catch((error: unknown) => {
            const isGone = error instanceof ApiProblem && ['auth.required', 'auth.key-not-found'].includes(error.code)
            if (!isGone) session.note(`The key ${keyId} could not be revoked on the server; revoke it on its website.`)
          })
      return session.result({ signedOut: true }, () => [`Signed out of ${session.registry}.`])
    },
  })
}
