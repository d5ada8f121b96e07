import { validateIdempotencyKey } from '../fetch/options.ts'
import { createWatchdog } from '../fetch/request/inactivity-watchdog.ts'
import { createPolicyReader, prepareRequest } from '../fetch/request/prepared-request.ts'
import type { RequestSource } from '../fetch/request/request-key.ts'
import { RetryingRequest } from '../fetch/request/retrying-request.ts'
import type { RequestHost } from '../fetch/request/types.ts'
import { httpIdentityParts, httpOptionTypes } from '../http/request-options.ts'
import { getPageTokenOwner } from '../http/token-owners.ts'
import type { HeadersOption } from '../http/types.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { RetryOptions } from '../observer/options.ts'
import { pageEventsOf } from '../platform/page-events.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { type DropReason, TautlineError, providerError } from '../shared/errors.ts'
import type { MessageKey } from '../shared/message-key.ts'
import { toHttpUrl } from '../shared/urls.ts'
import { repeatedKeyError } from '../web-socket/acks.ts'
import { createOutbox } from '../web-socket/outbox.ts'
import { copyBinary, countBytes } from '../web-socket/sendable.ts'
import type { SendResult } from '../web-socket/session.ts'
import type { Identified } from './transport-option.ts'
import type { SentMessage, Upstream, UpstreamHost, UpstreamSession } from './upstream.ts'

/** The options of `post()`. All are optional. */
export interface PostOptions<Outgoing = never> {
  /**
   * The headers of each request, such as `content-type`. A function runs before every attempt, and once more after a
   * 401. @default `content-type` as `fetch` sets it: text/plain for text
   */
  readonly headers?: HeadersOption | undefined
  /** When cookies are sent. @default 'same-origin' */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined
  /**
   * Returns the key of a message, from the message as it was passed to `send()`. It is sent as `Idempotency-Key`, the
   * same in every retry, so that the server processes the message once. Without it a request is sent only once, because
   * a failed one may have arrived. @default none
   */
  readonly key?: ((message: Outgoing) => MessageKey) | undefined
  /** Whether messages travel this way also while the active transport could send them. @default false */
  readonly always?: boolean | undefined
  /** Whether and when a message with a key is sent again. @default unlimited, at growing random intervals */
  readonly retry?: false | RetryOptions | undefined
}

/** Any options of `post()`. */
type AnyPostOptions = PostOptions

/** An upstream that sends each message by a POST request. Created by `post()`. */
export interface PostUpstream<Outgoing = never> {
  readonly kind: 'post'
  readonly options: PostOptions<Outgoing>
}

/** The members of `post()` that are not in its public type, so that their names are short in a build. */
interface PostParts extends Upstream, PostUpstream {
  readonly url: UrlOption
}

/**
 * Sends messages by POST requests, while the active transport of a connection only receives. The encoded message is the
 * body.
 *
 * One request is sent at a time, so messages arrive in order. A message with a key is sent again after a network error,
 * 408, 425, 429 or 5xx, not before the server's `Retry-After`, and waits while the page is offline. A message that the
 * server refuses (another 4xx) is reported as `dropped`, and the next one is sent.
 *
 * @param url absolute or relative, http or https; a function runs before every attempt
 * @throws TautlineError `bad-option`
 *
 * @example
 * post('/messages', { headers: { 'content-type': 'application/json' }, key: (message: ChatMessage) => message.id })
 */
export function post<Outgoing>(url: UrlOption, options: PostOptions<Outgoing> = {}): PostUpstream<Outgoing> {
  warnAboutOptions('post()', options)
  validateOptions(options, { ...httpOptionTypes, key: 'function', always: 'boolean' })
  // Not a constant of the module: bundlers cannot leave out one with a spread, where `post()` is not used.
  const source: Identified['source'] = { name: 'post', ...httpIdentityParts, toUrl: toHttpUrl }
  const upstream: PostParts & PostUpstream<Outgoing> = {
    kind: 'post',
    url,
    options,
    identity: { name: 'post', url, options, source },
    always: options.always === true,
    open: (host) => createPostSession(upstream, host),
  }
  return upstream
}

interface Item extends SentMessage {
  /** Its `Idempotency-Key`. */
  readonly key: string | undefined
  /** Another transport has sent it before, without confirmation. */
  readonly wasSent: boolean | undefined
}

// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
function createPostSession(first: PostParts, host: UpstreamHost): UpstreamSession {
  const { environment } = host
  const outbox = createOutbox<Item>()
  const requestHost: RequestHost = {
    environment,
    watchdog: createWatchdog(environment),
    activeRequests: new Set(),
    listen: pageEventsOf(environment).listen,
  }
  let current: { readonly item: Item; readonly bytes: number; readonly request: RetryingRequest } | undefined
  /** The keys of the messages that were not accepted yet. */
  const keys = new Set<string>()
  /** Their keys of the option `acks`. */
  const acksKeys = new Set<string>()

  function addKeys({ key, acksKey }: Item): void {
    if (key !== undefined) keys.add(key)
    if (acksKey !== undefined) acksKeys.add(String(acksKey))
  }

  function deleteKeys({ key, acksKey }: Item): void {
    if (key !== undefined) keys.delete(key)
    acksKeys.delete(String(acksKey))
  }

  /** The newest URL and options, so that an inline `post()` in each render is never out of date. */
  const settings = (): { readonly url: UrlOption; readonly options: AnyPostOptions } => {
    const newest = host.current()
    return newest && isPost(newest) ? newest : first
  }

  /** Whether the message was requested, and the server has not refused it. */
  function mayHaveArrived(item: Item, cause: TautlineError | undefined): boolean {
    if (item !== current?.item || (cause?.code === 'http' && cause.status < 500)) return false
    return current.request.isSent || current.request.state.attempt > 0
  }

  function unconfirmedKey(item: Item, cause?: TautlineError): MessageKey | undefined {
    if (item.wasSent) return item.acksKey
    return mayHaveArrived(item, cause) ? item.key : undefined
  }

  function report(items: readonly Item[], why: DropReason, cause?: TautlineError): void {
    items.forEach(deleteKeys)
    if (items.length === 0) return
    const messages = items.map(({ raw }) => raw)
    const unconfirmed = items.flatMap((item) => unconfirmedKey(item, cause) ?? [])
    const text = `Dropped ${messages.length} messages (${why}): see \`messages\`${cause ? ' and `thrown`' : ''}`
    host.onDropped(new TautlineError('dropped', text, { messages, why, unconfirmed }, cause))
  }

  function createKey(message: unknown): string | undefined {
    const { key } = settings().options
    if (!key) return undefined
    let result: string
    try {
      result = validateIdempotencyKey(String(key(message as never))) // the type of the message is that of its codec
    } catch (cause) {
      throw providerError('upstream.key', cause)
    }
    const text = 'upstream.key returned the key of a message that is not sent yet: give each message its own'
    if (keys.has(result)) throw providerError('upstream.key', undefined, text)
    return result
  }

  function sendNext(): void {
    if (current) return
    let item: Item | undefined
    outbox.drain((next) => {
      if (item) return false
      item = next
      return true
    })
    if (!item) return
    current = { item, bytes: countBytes(item.raw), request: createRequest(item) }
    current.request.start()
  }

  function createRequest({ raw, key }: Item): RetryingRequest {
    const readPolicy = createPolicyReader(environment)
    const source = (): RequestSource => {
      const { url, options } = settings()
      const { headers, credentials, retry } = options
      return {
        url,
        options: {
          method: 'POST',
          headers,
          credentials,
          body: raw as BodyInit, // each type that can be sent is one of these
          idempotencyKey: key,
          retry: retry === false ? false : { limit: Number.POSITIVE_INFINITY, ...retry },
          key: host.options.key,
          providerKey: host.options.providerKey,
        },
      }
    }
    let known: RequestSource | undefined
    return new RetryingRequest(requestHost, (request) => ({
      options: () => (known ??= source()).options,
      policy: () => readPolicy((known ??= source()), false),
      prepare(attempt) {
        // A user may have logged in meanwhile, by a mutated object such as `Headers`. Then this request is aborted.
        host.verifyIdentity(attempt.attempt)
        known = source()
        const owner = getPageTokenOwner(environment)
        const rejectedAuthorization = request.rejectedCredentials?.authorization
        return prepareRequest(known, attempt, environment, key, { owner, rejectedAuthorization })
      },
      beforeSend() {},
      isProgressTracked: () => false,
      onProgress() {},
      onStateChange() {},
      onEvent() {},
      abortForLogOut() {},
      onSettled: (error) => settle(request, error),
    }))
  }

  function settle(request: RetryingRequest, error: TautlineError | undefined): void {
    if (current?.request !== request) return
    const { item } = current
    if (request.response) {
      deleteKeys(item)
      current = undefined
      host.onSent(item)
    } else {
      report([item], 'failed', error)
      current = undefined
    }
    sendNext()
    host.onQueuedChange()
  }

  return {
    send({ raw, message, key: acksKey, wasSent }): SendResult {
      if (acksKey !== undefined && acksKeys.has(String(acksKey))) throw repeatedKeyError()
      const key = createKey(message)
      const limits = host.limits()
      const rest = {
        messages: limits.messages - (current ? 1 : 0),
        bytes: limits.bytes - (current?.bytes ?? 0),
        overflow: limits.overflow,
      }
      const item: Item = { raw: copyBinary(raw), message, acksKey, key, wasSent }
      const { isQueued, dropped } = outbox.add(item, countBytes(raw), rest)
      if (!isQueued && limits.overflow === 'reject') {
        const text = 'The outbox is full: wait until `queued` falls, or raise its limits'
        throw new TautlineError('dropped', text, {
          messages: [raw],
          why: 'overflow',
          unconfirmed: [unconfirmedKey(item) ?? []].flat(),
        })
      }
      if (isQueued) addKeys(item)
      report(dropped, 'overflow')
      sendNext()
      host.onQueuedChange()
      return isQueued ? 'queued' : 'dropped'
    },
    countQueued: () => outbox.size + (current ? 1 : 0),
    close(why) {
      const all = [...(current ? [current.item] : []), ...outbox.clear()]
      current?.request.abort()
      report(all, why)
      current = undefined
      if (all.length > 0) host.onQueuedChange()
    },
  }
}

const isPost = (upstream: Upstream): upstream is PostParts => 'kind' in upstream && upstream.kind === 'post'
