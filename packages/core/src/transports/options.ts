import { idOf, normalizeUrl } from '../connection/identity.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { CommonOptions } from '../observer/options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import type { Codec, WireData } from '../shared/codec.ts'
import type { ErrorText } from '../shared/error-message.ts'
import { TautlineError } from '../shared/errors.ts'
import type { ConfirmedEvent, TransportEvent } from '../shared/hook-events.ts'
import type { RequireReduce, ResultData } from '../shared/reducers.ts'
import type { AckParts, Acks } from '../web-socket/acks.ts'
import type { OutgoingOf, RequireSocketCodec } from '../web-socket/options.ts'
import type { OutboxLimits } from '../web-socket/outbox.ts'
import type { TransportMemory } from './memory.ts'
import {
  type Identified,
  type RunnableTransport,
  type TransportOption,
  isTransport,
} from './transport-option.ts'
import type { PostUpstream } from './post.ts'
import type { Upstream } from './upstream.ts'

/**
 * The transports of a connection, the best one first; no list: nothing connects. A list that is created anew in each
 * render does not reconnect.
 */
export type TransportsOption = readonly TransportOption[] | false | null | undefined

/** When a better transport is tried beside the active one. Times in ms. */
export interface UpgradeOptions {
  /** The time before the first try. @default 30000 */
  readonly after?: number | undefined
  /**
   * The longest time: each failed try doubles it up to here. At least `after`. A transport that the server rejects for
   * good, such as by 403, is tried again after this time. @default 600000
   */
  readonly cap?: number | undefined
}

/** The options of `createConnection` and `useConnection`. All are optional, but decoded messages need a `codec`. */
export type ConnectionOptions<
  Incoming = WireData,
  Outgoing = OutgoingOf<Incoming>,
  Data = Incoming | undefined,
  Selected = ResultData<Data, Incoming>,
> = PlainConnectionOptions<Incoming, Outgoing, Data, Selected> &
  RequireConnectionCodec<Incoming, Outgoing> &
  RequireReduce<Incoming, Data>

/** Requires the option `codec` for decoded messages, as a WebSocket does. */
export type RequireConnectionCodec<Incoming, Outgoing> = RequireSocketCodec<Incoming, Outgoing>

/** The options of a connection, where `codec` may be missing. */
export interface PlainConnectionOptions<Incoming, Outgoing, Data, Selected> extends CommonOptions<
  Incoming,
  Data,
  Selected,
  NoInfer<Incoming>
> {
  /**
   * Decodes the messages of all transports, and encodes those to send: `json(schema?)`, `text()`, `binary()`, or your
   * own. @default messages stay unchanged; a part of a JSON body becomes JSON text
   */
  readonly codec?: Codec<Incoming, Outgoing> | undefined
  /**
   * How long a transport may take until it works, before the next one is tried beside it, in ms. A function gets the
   * time of the last handshake; undefined before the first one. If it returns no number above 0, the default applies.
   * @default four times the last handshake, at least 2000 and at most 4000
   */
  readonly fallbackAfter?: number | ((handshakeTime: number | undefined) => number) | undefined
  /** When a better transport is tried beside the active one; false: never. @default \{ after: 30000, cap: 600000 \} */
  readonly upgrade?: false | UpgradeOptions | undefined
  /**
   * Where the connection remembers which transport worked, to begin with it after a reload; false: nowhere. It is
   * forgotten after 30 minutes, and when the network changes. @default `sessionStorage`
   */
  readonly remember?: false | TransportMemory | undefined
  /** The ID of the message to start after, such as the last one that the server has rendered. @default none */
  readonly initialCursor?: string | undefined
  /**
   * Returns whether the message with the ID `id` comes right after the one with the ID `before`. If not, messages are
   * missing: they are requested again, over each transport if necessary. If none has them, the error `gap` is emitted,
   * and the stream continues. A transport with another gap before it has worked for 5 s has failed. @default gaps are not noticed
   */
  readonly isNext?: ((id: string, before: string) => boolean) | undefined
  /**
   * The limits of the queue of unsent messages.
   * @default \{ messages: 1000, bytes: 1048576, overflow: 'drop-oldest' \}
   */
  readonly outbox?: Partial<OutboxLimits> | undefined
  /** The limit of `bufferedAmount`, in bytes. While it is higher, messages wait in the outbox. @default 1048576 */
  readonly highWaterMark?: number | undefined
  /**
   * How messages are sent while the active transport only receives: `post()`. With `acks`, it first sends those that a
   * transport has sent without confirmation, with the same `Idempotency-Key` in every retry if `post()` has a `key`.
   * @default none: they wait until a transport is active that can send
   */
  readonly upstream?: PostUpstream<NoInfer<Outgoing>> | undefined
  /**
   * `acknowledged()`: the server confirms messages, and those that it has not confirmed are sent again over the next
   * transport that can send, or by `upstream`, before newer ones. A message given to `upstream` counts in `queued`, not
   * in `unconfirmed`, and a successful response confirms it.
   * @default none: whether a sent message arrives is unknown
   */
  readonly acks?: Acks<NoInfer<Outgoing>> | undefined
  /** Called for each message that the server has confirmed, of all components that share the connection. */
  readonly onConfirmed?: ((event: ConfirmedEvent<NoInfer<Outgoing>>) => void) | undefined
  /** Called when another transport is active and works, with the reason. */
  readonly onTransport?: ((event: TransportEvent) => void) | undefined
}

/** The options for any message types, with the transports. */
export interface AnyConnectionOptions extends Omit<
  PlainConnectionOptions<unknown, never, unknown, unknown>,
  'acks' | 'upstream'
> {
  readonly transports: readonly RunnableTransport[]
  readonly acks?: AckParts | undefined
  readonly upstream?: Upstream | undefined
}

/** Throws the error of a wrong list. @param text what is wrong and what to do */
function throwBadList(text: ErrorText): never {
  throw new TautlineError('bad-option', `The list of transports ${text}`, { option: 'transports' })
}

/**
 * Adds the transports to the options of a connection.
 *
 * @throws TautlineError `bad-option` for an empty list, or a value that is no transport
 */
export function withTransports(transports: TransportsOption, options: object): AnyConnectionOptions {
  if (transports && !Array.isArray(transports))
    throwBadList('is no array: write [webSocket(url), longPoll(url)]')
  if (transports && transports.length === 0)
    throwBadList('is empty: add at least one, or pass null to stay idle')
  // Options of the connection that requests need to know.
  const { key, providerKey }: Pick<AnyConnectionOptions, 'key' | 'providerKey'> = options
  const list = (transports || []).map((transport: unknown, index): RunnableTransport => {
    if (!isTransport(transport))
      return throwBadList(`has no transport at index ${index}: use webSocket(), eventSource() or longPoll()`)
    return { ...transport, options: Object.assign({ key, providerKey }, transport.options) }
  })
  return { ...options, transports: list }
}

/** @throws TautlineError `bad-option` */
export function validateConnectionOptions(options: AnyConnectionOptions): void {
  warnAboutOptions('A connection', options)
  validateOptions(options, {
    codec: 'object',
    'codec.decode': 'function',
    'codec.encode': 'function',
    fallbackAfter: 'positive|function',
    upgrade: 'object|false',
    'upgrade.after': 'positive',
    'upgrade.cap': 'positive',
    remember: 'object|false',
    'remember.read': 'function',
    'remember.write': 'function',
    initialCursor: 'string',
    isNext: 'function',
    outbox: 'object',
    'outbox.messages': 'number',
    'outbox.bytes': 'number',
    'outbox.overflow': 'drop-oldest|drop-newest|reject',
    highWaterMark: 'number',
    upstream: 'post()',
    acks: 'acknowledged()',
  })
  const keys = options.transports.map((transport) =>
    // One that is not comparable is unique.
    JSON.stringify([
      isComparable(transport) ? describeTransport(transport) : idOf(transport),
      functionsOf(transport).map(idOf),
    ]),
  )
  if (new Set(keys).size < keys.length)
    throwBadList('has the same transport twice: remove one, or give them different URLs')
}

/** Returns what decides about the identity of a connection: the transports, and what sends messages. */
export const identifiedOf = ({ transports, upstream }: AnyConnectionOptions): readonly Identified[] =>
  upstream ? [...transports, upstream.identity] : transports

/** Returns the functions on which requests depend. */
export const functionsOf = ({ url, source, options }: Identified): readonly object[] =>
  [url, ...source.functionOptions(options as never)].filter((option) => typeof option === 'function') // its own options

/** Whether all that distinguishes a transport can be compared. A body such as a Blob cannot. */
export const isComparable = ({ source, options }: Identified): boolean =>
  source.extraKey(options as never) !== undefined // those of its source

/** Returns what can be compared of a transport as text, without its functions. */
export function describeTransport({ name, url, source, options: own }: Identified, baseUrl?: string): string {
  const options = own as never // those of its source
  const urlKey = typeof url === 'function' || !url ? 'ƒ' : normalizeUrl(source, url, baseUrl)
  return JSON.stringify([name, urlKey, source.requestMode?.(options), source.extraKey(options)])
}
