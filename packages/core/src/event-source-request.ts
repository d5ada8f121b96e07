import type { Environment } from './environment.ts'
import { TautlineError } from './errors.ts'

export const EVENT_STREAM = 'text/event-stream'

/** The last media type that can be read, without its parameters (Fetch standard, "extract a MIME type"). */
export function essenceOf(contentType: string): string | undefined {
  // A comma in a quoted string separates nothing.
  const types = contentType.match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? []
  return types
    .map((type) => /^\s*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)\s*(;|$)/.exec(type)?.[1]?.toLowerCase())
    .filter((essence) => essence && essence !== '*/*')
    .at(-1)
}

/** A header is made of bytes, and an ID of characters: they travel as UTF-8 (HTML standard, section 9.2.4). */
export function utf8(text: string): string {
  // One by one: an ID may be longer than a list of arguments.
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/** A list, or an object that is of no class: it travels as JSON, and all else is the platform's. */
export function isPlain(body: unknown): body is object {
  if (typeof body !== 'object' || body === null) return false
  const kind: unknown = Object.getPrototypeOf(body)
  return Array.isArray(body) || kind === Object.prototype || kind === null
}

/** @throws TautlineError `bad-option` for what has no JSON form, such as an object that contains itself */
export function jsonOf(body: object): string {
  try {
    return JSON.stringify(body)
  } catch (cause) {
    throw new TautlineError('bad-option', 'Option body has no JSON form', { option: 'body' }, cause)
  }
}

/** How long a stream may keep the page busy in one go, in ms: half a frame. */
const TURN = 8

/** Gives the page a turn, where one is due. */
export function breather(environment: Environment): () => Promise<void> | undefined {
  let since = environment.now()
  return () => {
    if (environment.now() - since < TURN) return undefined
    return new Promise((resolve) => {
      environment.nextTask(() => {
        since = environment.now()
        resolve()
      })
    })
  }
}
