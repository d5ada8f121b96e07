import type { Identity } from '../shared/identity.ts'

const CONNECTION_OPTIONS = [
  'retry',
  'heartbeat',
  'timeout',
  'outbox',
  'pause',
  'closeDelay',
  'binaryType',
  'highWaterMark',
  'resume',
  'atEnd',
  'maxEventLength',
  'lastEventId',
  'initialCursor',
  'interval',
  'minGap',
  'maxBodyBytes',
]

const warned = new Set<string>()

/** Replaced by bundlers; where none has done so and there is no `process`, reading it throws. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** In development names, once, the options in which a hook differs from the one that decides for the connection they share. */
export function warnAboutConflictingOptions(primary: object, other: object): void {
  try {
    // Said in place: a bundler then leaves out what is behind it.
    if (process.env.NODE_ENV !== 'production') warnAboutDifferences(primary, other)
  } catch {
    // Not in development.
  }
}

/** In development says once that a server seems to be asked as fast as it answers. */
export function warnAboutBusyPolling(): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      warnOnce(
        'haste',
        'A thousand polls in a row were answered at once, and each moved the cursor. If the server does not hold its answers back, give `interval`.',
      )
  } catch {
    // Not in development.
  }
}

/** How many renders in a row another identity is no accident any more. */
const MAX_IDENTITY_CHANGES = 10

const identityChanges = new WeakMap<object, number>()

/**
 * In development says once that a hook is known by something else in render after render, or that its token is given as a value.
 *
 * @param hasMoved its identity has changed, and its URL has not
 */
export function warnAboutUnstableIdentity(
  observer: object,
  hasMoved: boolean,
  before: object,
  after: object,
): void {
  try {
    if (process.env.NODE_ENV !== 'production') {
      const count = hasMoved ? (identityChanges.get(observer) ?? 0) + 1 : 0
      identityChanges.set(observer, count)
      if (!hasMoved) return
      if (count >= MAX_IDENTITY_CHANGES)
        warnOnce(
          'identity',
          `What a component connects with changed in ${MAX_IDENTITY_CHANGES} renders in a row (${differingOptions(before, after)}), and each time its connection was replaced. Give a value that stays the same, or a function for what changes; name headers that make no difference in \`ignoreHeaders\`.`,
        )
      if (authorization(before) !== authorization(after))
        warnOnce(
          'authorization',
          'The value of the Authorization header changed, and so the connection was replaced. Give `headers` as a function: it is called before every attempt, and a new token then keeps the connection and its cursor.',
        )
    }
  } catch {
    // Not in development.
  }
}

const IDENTITY_OPTIONS = ['headers', 'body', 'protocols', 'method', 'credentials', 'key', 'json', 'query']

const differingOptions = (before: object, after: object) =>
  IDENTITY_OPTIONS.filter((name) => optionText(before, name) !== optionText(after, name)).join(', ')

function authorization(options: object): string | null {
  const headers: unknown = 'headers' in options ? options.headers : undefined
  return typeof headers === 'object' && headers !== null
    ? new Headers(headers as HeadersInit).get('authorization') // a value that was checked
    : null
}

/** In development says once that connections to one URL are not shared, since functions cannot be compared. */
export function warnAboutUnsharedConnections(
  identity: Identity,
  others: Iterable<{ readonly identity: Identity }>,
): void {
  try {
    if (process.env.NODE_ENV !== 'production') {
      if (!usesFunctions(identity)) return
      for (const { identity: other } of others) {
        if (other.destinationKey !== identity.destinationKey || !usesFunctions(other)) continue
        warnOnce(
          'private',
          'Components have connections of their own to one URL, since their `url`, `headers`, `body` or `protocols` are different function objects. Define the function once, outside of the components, or give all of them the same `key`.',
        )
        return
      }
    }
  } catch {
    // Not in development.
  }
}

const usesFunctions = ({ functionsKey }: Identity) => /^\d/.test(functionsKey)

const optionText = (options: object, name: string) =>
  JSON.stringify((options as Record<string, unknown>)[name])

function warnAboutDifferences(primary: object, other: object): void {
  for (const name of CONNECTION_OPTIONS) {
    if (warned.has(name) || optionText(primary, name) === optionText(other, name)) continue
    warnOnce(
      name,
      `Components that share a connection differ in "${name}". The oldest one decides; \`share: false\` gives a connection of its own.`,
    )
  }
}

function warnOnce(topic: string, text: string): void {
  if (warned.has(topic)) return
  warned.add(topic)
  // oxlint-disable-next-line no-console -- in development, and for the developer
  console.warn(`[tautline] ${text}`)
}
