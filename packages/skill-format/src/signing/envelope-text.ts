import { SignatureEnvelope } from '@guildhall/contracts'

/** The text of `signature.sig`. */
export function formatEnvelope(envelope: SignatureEnvelope): string {
  return `${JSON.stringify(SignatureEnvelope.parse(envelope), null, 2)}\n`
}
