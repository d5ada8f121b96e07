import { inspect } from 'node:util'

/** Returns everything that a log or an error tracker may show of a value, including all causes of an error. */
export function printed(value: unknown): string {
  const texts: unknown[] = []
  const seen = new Set<unknown>()
  for (let next = value; next !== undefined && !seen.has(next); next = causeOf(next)) {
    seen.add(next)
    texts.push(JSON.stringify(next), inspect(next, { depth: 20 }))
    if (next instanceof Error)
      texts.push(String(next), next.name, next.message, next.stack, Object.entries(next).join())
  }
  return texts.join('\n')
}

const causeOf = (value: unknown) => (value instanceof Error ? value.cause : undefined)
