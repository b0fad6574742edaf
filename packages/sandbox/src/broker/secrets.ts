/** Where the values of an installation's secrets are. The host gives it. Asked only for names that were granted. */
export interface SecretPort {
  /** Null where the secret has no value yet. */
  valueOf(name: string): Promise<string | null>
}

/** Where a text goes that may name secrets, and what it is a part of there. Bodies are `text`, `json` or `form` (x-www-form-urlencoded). */
export interface SecretPlace {
  url: URL
  within: 'header' | 'text' | 'json' | 'form'
}

/**
 * Secrets as a tool has them during one call. A skill writes `{{secrets.NAME}}`; values go into what is sent, right before it is sent,
 * and are taken out of what comes back. What was filled in is never kept: after each redirect the skill's own text is filled in anew for
 * the new address, and where a redirect leads to another origin, nothing is.
 */
export interface CallSecrets {
  /**
   * The text with the values. Throws ToolFailure: `permission_denied` where the secret was not granted, or the host not by its name;
   * `input_invalid` where it would not go over https; `not_configured` where there is no value.
   */
  fill(text: string, place: SecretPlace): string
  /** The same for path and query of the address that the skill gave. Never for an address that a server gave. */
  fillUrl(url: URL): URL
  /** Whether a text carries a value: an address of another origin that does must not be followed. */
  isIn(text: string): boolean
  /** The text without values. What a tool answers or fails with, the broker redacts once more by itself. */
  redact(text: string): string
  /** For bytes that go into an answer as base64. */
  redactBytes(bytes: Uint8Array): Uint8Array
}
