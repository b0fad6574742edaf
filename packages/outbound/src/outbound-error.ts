/** Why another host could not be asked, or its answer not be used. */
export type OutboundReason = 'no-address' | 'private-address' | 'unreachable' | 'too-large' | 'bad-encoding'

/** A request to another host came to nothing. The message names the host and is safe for whoever named it. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly reason: OutboundReason
  constructor(reason: OutboundReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
