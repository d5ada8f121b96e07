import { findOtherCopy } from './browser.ts'
import type { Identity } from '../shared/identity.ts'
import { describeServer } from '../shared/urls.ts'
import type { Environment } from './environment.ts'

/** The options for which only the value of the primary subscriber applies. */
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
  'acks',
  'atEnd',
  'maxEventLength',
  'lastEventId',
  'initialCursor',
  'interval',
  'minGap',
  'maxBodyBytes',
]

const warned = new Set<string>()

/** Bundlers replace it. Without a bundler or Node it does not exist, so reading it throws. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Warns, in development and once for each option, about an observer whose options differ from the primary ones. */
export function warnAboutConflictingOptions(primary: object, other: object): void {
  try {
    // Each function repeats this check, because bundlers then remove the code after it.
    if (process.env.NODE_ENV !== 'production') warnAboutDifferences(primary, other)
  } catch {
    // Not in development.
  }
}

interface PollingOptions {
  readonly interval?: number | undefined
  readonly messages?: unknown
  readonly isTransport?: boolean | undefined
}

/**
 * Warns, once and in development, about a long poll whose server does not hold requests. With `messages`, and over
 * several transports, each of these responses has a message: the server is only busy.
 */
export function warnAboutBusyPolling(
  state: { readonly phase: string; readonly immediateCount?: number },
  { interval, messages, isTransport }: PollingOptions,
): void {
  try {
    if (process.env.NODE_ENV === 'production' || interval !== undefined || messages || isTransport) return
    if ((state.immediateCount ?? 0) > 1000)
      warnOnce(
        'busy-polling',
        'The server responded to 1000 polls in a row at once, each time with a new cursor. Set `interval` if the server does not hold requests.',
      )
  } catch {
    // Not in development.
  }
}

/** Warns, once and in development, about a connection that changes its transport although its messages have no IDs. */
export function warnAboutMissingIds(): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      warnOnce(
        'missing-ids',
        'A connection changes its transport, and its messages have no IDs: some may be lost or arrive twice. Set `frames` of webSocket() and `id` of longPoll(), and send IDs with events.',
      )
  } catch {
    // Not in development.
  }
}

/** Warns, once and in development, about a page with two copies of the package: they share no connection. */
export function warnAboutMixedBuilds(): void {
  try {
    if (process.env.NODE_ENV !== 'production') {
      const other = findOtherCopy()
      if (other === 'build')
        warnOnce(
          other,
          'This page has the development build and the production build of @tautline/core. They share no connections, requests or users. Let the bundler resolve the package once, with or without the condition `production`.',
        )
      if (other === 'format')
        warnOnce(
          other,
          'This program has @tautline/core twice, by `import` and by `require()`. The two copies share no connections, requests or users. Load it in one of these ways only, also in the packages that use it.',
        )
    }
  } catch {
    // Not in development.
  }
}

/** Warns, once and in development, about a server that seems not to reply to pings. */
export function warnAboutUnansweredPings(): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      warnOnce(
        'unanswered-pings',
        'A connection was replaced that had replied to no ping. If the server does not reply to pings but sends its own, use `heartbeat: silence()`. If it replies in another form, set `isReply` of `pings()`.',
      )
  } catch {
    // Not in development.
  }
}

/** How many connections a browser opens to one server over HTTP/1.1. */
const MAX_CONNECTIONS = 6

/** After this time, in ms, a stream without a response probably waits for a connection. */
const QUEUED_MS = 10_000

interface HeldRequest {
  readonly origin: string
  isWaiting(): boolean
}

/** The streams and long polls, which hold a connection to their server, by the signals of their attempts. */
const heldRequests = new WeakMap<object, Map<AbortSignal, HeldRequest>>()

/**
 * Warns, once and in development, about a stream that waits because six others to its server are open.
 *
 * @param isWaiting tests for a stream without a response. A long poll without one holds its connection too
 */
export function warnAboutConnectionLimit(
  url: URL,
  attempt: AbortSignal,
  environment: Pick<Environment, 'isServer' | 'setTimeout' | 'clearTimeout'>,
  isWaiting: () => boolean,
): void {
  try {
    if (process.env.NODE_ENV !== 'production' && !environment.isServer) {
      const held = heldRequests.get(environment) ?? new Map<AbortSignal, HeldRequest>()
      heldRequests.set(environment, held)
      // A poll loop sends many requests, one at a time.
      if (!held.has(attempt)) attempt.addEventListener('abort', () => held.delete(attempt))
      held.delete(attempt)
      const others = () => [...held.values()].filter(({ origin }) => origin === url.origin)
      const isSeventh = isWaiting() && others().length >= MAX_CONNECTIONS
      held.set(attempt, { origin: url.origin, isWaiting })
      if (!isSeventh) return
      const timer = environment.setTimeout(() => {
        const open = others().filter((other) => !other.isWaiting())
        if (isWaiting() && open.length >= MAX_CONNECTIONS) writeLimitWarning(url)
      }, QUEUED_MS)
      attempt.addEventListener('abort', () => environment.clearTimeout(timer))
    }
  } catch {
    // Not in development.
  }
}

function writeLimitWarning(url: URL): void {
  warnOnce(
    'connection-limit',
    `${MAX_CONNECTIONS} streams or polls to ${describeServer(url)} are open, and another has waited for 10 s. Over HTTP/1.1 a browser opens at most ${MAX_CONNECTIONS} connections to a server, for all tabs together. Use HTTP/2, share one URL between components, or use one connection for all tabs.`,
  )
}

/** After this many renders in a row with a changed identity, a warning is written. */
const MAX_IDENTITY_CHANGES = 10

const identityChanges = new WeakMap<object, number>()

/**
 * Warns, once and in development, about an identity that changes in every render, and about a token that is not given
 * by a function.
 *
 * @param hasMoved whether the identity has changed although the URL has not
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
          `The options of a component changed in ${MAX_IDENTITY_CHANGES} renders in a row (${differingOptions(before, after)}), and each time its connection was replaced. Pass the same values in every render, or a function for values that change. List headers that do not identify the user in \`ignoreHeaders\`.`,
        )
      if (authorization(before) !== authorization(after))
        warnOnce(
          'authorization',
          'The value of the Authorization header changed, so the connection was replaced. Pass `headers` as a function: it is called before every attempt, and a new token then keeps the connection and its cursor.',
        )
    }
  } catch {
    // Not in development.
  }
}

const IDENTITY_OPTIONS = [
  'headers',
  'body',
  'protocols',
  'method',
  'credentials',
  'key',
  'json',
  'query',
  'handshake',
  'resume',
]

const differingOptions = (before: object, after: object) =>
  IDENTITY_OPTIONS.filter((name) => optionText(before, name) !== optionText(after, name)).join(', ')

function authorization(options: object): string | null {
  const headers: unknown = 'headers' in options ? options.headers : undefined
  return typeof headers === 'object' && headers !== null
    ? new Headers(headers as HeadersInit).get('authorization') // validated before
    : null
}

/** Warns, once and in development, about connections to one URL that are not shared because their functions differ. */
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
          'Components do not share a connection to the same URL, because their `url`, `headers`, `body`, `protocols`, `resume` or `handshake.message` are different function objects. Define the function once, outside the components, or set the same `key` for all of them.',
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
      `Components that share a connection have different values of "${name}". Only the value of the oldest component applies. Use the same value, or set \`share: false\` for a separate connection.`,
    )
  }
}

/** Whether there was a warning about this topic. */
export const hasWarned = (topic: string): boolean => warned.has(topic)

/** Warns unless there was a warning about the same topic. Called in development only. */
export function warnOnce(topic: string, text: string): void {
  if (warned.has(topic)) return
  warned.add(topic)
  // oxlint-disable-next-line no-console -- a warning for developers, absent in production
  console.warn(`[tautline] ${text}`)
}
