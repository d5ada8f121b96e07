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

/** Is this text JSON of the kind that requests carry: an object or a list? */
export function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** How long a stream may keep the page busy in one go, in ms: half a frame. */
const TURN = 8

/** And how many bytes it may bring, however fast its listeners are: `for await` takes what has come in turns of its own. */
const LOAD = 1_048_576

/** Does a stream's work, and gives the page a turn where one is due: the promise of its end. */
export function pacer(
  environment: Environment,
): (size: number, work: () => void) => Promise<void> | undefined {
  let busy = 0
  let load = 0
  return (size, work) => {
    const since = environment.now()
    work()
    busy += environment.now() - since
    load += size
    if (busy < TURN && load < LOAD) return undefined
    busy = load = 0
    return new Promise((resolve) => environment.nextTask(resolve))
  }
}
