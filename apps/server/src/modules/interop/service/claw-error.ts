import { type AppError, errorTable, parseFullName } from '@guildhall/contracts'

const PLAIN = 'text/plain; charset=utf-8'

/** The skills of an ambiguous name, each with the words to name it by. */
function matchesOf(error: AppError): { ownerHandle: string; slug: string; ref: string; url: string }[] {
  const { matches } = error.facts
  const names = Array.isArray(matches) ? matches.filter((name) => typeof name === 'string') : []
  return names.flatMap((ref) => {
    const address = parseFullName(ref)
    return address
      ? [
          {
            ownerHandle: `@${address.publisher}`,
            slug: address.name,
            ref,
            url: `/skills/${address.publisher}/${address.name}`,
          },
        ]
      : []
  })
}

/** An error as the command clawhub prints it: a sentence, or for an ambiguous name what it could mean. */
export function clawErrorBody(error: AppError): { contentType: string; text: string } {
  const { title, remedy } = errorTable[error.code]
  const message = `${title}. ${remedy}`
  if (error.code !== 'skill.ambiguous') return { contentType: PLAIN, text: message }
  const body = { code: 'AMBIGUOUS_SKILL_SLUG', message, matches: matchesOf(error) }
  return { contentType: 'application/json; charset=utf-8', text: JSON.stringify(body) }
}
