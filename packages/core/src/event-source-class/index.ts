import type { Interpreter } from '../connection/interpreter.ts'
import type { FullEnvironment } from '../platform/environment.ts'
import { resolveEnvironment } from '../platform/browser.ts'
import { createUrl } from '../shared/create-url.ts'
import { unsupportedError } from '../shared/errors.ts'
import { createEventHandler } from './event-handler.ts'
import { connectPerStandard } from './standard-connection.ts'
import { type Forgettable, setRegistered } from '../observer/log-out-registry.ts'

/** The platform's own class, used for its types. */
type NativeEventSource = globalThis.EventSource

/** Replaces a missing EventTarget, so that the import does not throw. */
function NoEventTarget(): never {
  throw unsupportedError('EventTarget', 'load a polyfill, or use createEventSource, which needs none')
}

/** `EventTarget` with the listener types of the platform's `EventSource`. */
const TypedEventTarget = (typeof EventTarget === 'function'
  ? EventTarget
  : NoEventTarget) as unknown as new () => Pick<
  NativeEventSource,
  'addEventListener' | 'removeEventListener' | 'dispatchEvent'
>

/** The second argument of `EventSource`: `withCredentials` as in the standard, and `environment`. */
export interface EventSourceClassInit extends EventSourceInit {
  /** Replaces parts of the platform, such as `fetch` or `baseUrl`. The standard has no such option. @default none */
  readonly environment?: Partial<FullEnvironment> | undefined
}

/**
 * An implementation of the standard `EventSource` over `fetch` (HTML standard, section 9.2). It also runs on platforms
 * without one, such as Node. `createEventSource` has more features and retries more errors.
 *
 * One difference: `fetch` needs a CORS preflight for `Last-Event-ID`. A server of another origin that does not allow this
 * header ends the source at its first reconnect after an event with an ID.
 *
 * @throws DOMException `SyntaxError` for a URL that cannot be parsed
 *
 * @example
 * const source = new EventSource('/prices', { withCredentials: true })
 * source.addEventListener('price', ({ data, lastEventId }) => draw(data, lastEventId))
 */
export class EventSource extends TypedEventTarget implements NativeEventSource {
  declare static readonly CONNECTING: 0
  declare static readonly OPEN: 1
  declare static readonly CLOSED: 2
  declare readonly CONNECTING: 0
  declare readonly OPEN: 1
  declare readonly CLOSED: 2

  readonly #url: URL
  readonly #withCredentials: boolean
  readonly #interpreter: Interpreter
  readonly #member: Forgettable
  readonly #openHandler = createEventHandler<NativeEventSource['onopen']>(this, 'open')
  readonly #messageHandler = createEventHandler<NativeEventSource['onmessage']>(this, 'message')
  readonly #errorHandler = createEventHandler<NativeEventSource['onerror']>(this, 'error')

  constructor(url: string | URL, init: EventSourceClassInit = {}) {
    super()
    if (typeof Event !== 'function' || typeof MessageEvent !== 'function')
      throw unsupportedError('Event', 'load a polyfill, or use createEventSource, which needs none')
    if (arguments.length === 0) throw new TypeError('EventSource needs a URL as its first argument')
    const { withCredentials, environment } = toInitDictionary(init)
    const resolvedEnvironment = resolveEnvironment(environment)
    this.#url = parseUrl(url, resolvedEnvironment.baseUrl)
    this.#withCredentials = Boolean(withCredentials)
    this.#member = {
      environment: resolvedEnvironment,
      options: {},
      forget: () => this.#failConnection(),
      resume: () => {},
    }
    this.#interpreter = connectPerStandard({
      target: this,
      url: this.#url,
      withCredentials: this.#withCredentials,
      environment: resolvedEnvironment,
      onClosed: () => setRegistered(this.#member, false),
    })
    this.#interpreter.dispatch({ type: 'open' })
    // On a server, `forgetUser` needs a `key`, which this class does not have.
    if (!resolvedEnvironment.isServer) setRegistered(this.#member, true)
  }

  /** Closes the connection when its user logs out (section 9.2.3, "fail the connection"). */
  #failConnection(): void {
    if (this.readyState === 2) return
    this.close()
    this.dispatchEvent(new Event('error'))
  }

  /** The absolute URL with its fragment, as given to the constructor. Redirects do not change it. */
  get url(): string {
    return this.#url.href
  }

  /** Whether cookies are also sent to other origins. */
  get withCredentials(): boolean {
    return this.#withCredentials
  }

  /** The state of the connection. It is CONNECTING also while it waits for the next attempt. */
  get readyState(): 0 | 1 | 2 {
    const { status } = this.#interpreter.state
    if (status === 'closed') return 2
    return status === 'open' ? 1 : 0
  }

  get onopen(): NativeEventSource['onopen'] {
    return this.#openHandler.get()
  }

  set onopen(handler: NativeEventSource['onopen']) {
    this.#openHandler.set(handler)
  }

  get onmessage(): NativeEventSource['onmessage'] {
    return this.#messageHandler.get()
  }

  set onmessage(handler: NativeEventSource['onmessage']) {
    this.#messageHandler.set(handler)
  }

  get onerror(): NativeEventSource['onerror'] {
    return this.#errorHandler.get()
  }

  set onerror(handler: NativeEventSource['onerror']) {
    this.#errorHandler.set(handler)
  }

  /** Closes the connection for good. No event is dispatched afterwards. */
  close(): void {
    this.#interpreter.dispatch({ type: 'close' })
  }
}

// Web IDL, sections 3.7.5 to 3.7.9: constants are read-only, on the class and its prototype, and members are
// enumerable.
const constants = {
  CONNECTING: { value: 0, enumerable: true },
  OPEN: { value: 1, enumerable: true },
  CLOSED: { value: 2, enumerable: true },
}
Object.defineProperties(EventSource, constants)
Object.defineProperties(EventSource.prototype, {
  ...constants,
  [Symbol.toStringTag]: { value: 'EventSource', configurable: true },
})
for (const name of ['url', 'withCredentials', 'readyState', 'onopen', 'onmessage', 'onerror', 'close'])
  Object.defineProperty(EventSource.prototype, name, { enumerable: true })

/** Converts the second argument to a dictionary: null is an empty one (Web IDL, section 3.2.17). */
function toInitDictionary(init: EventSourceClassInit | null): EventSourceClassInit {
  if (init !== null && typeof init !== 'object' && typeof init !== 'function')
    throw new TypeError('The second argument of EventSource must be an object')
  return init ?? {}
}

function parseUrl(url: string | URL, baseUrl: string | undefined): URL {
  // Throws a TypeError for a symbol, as the standard requires.
  const text = `${url}`
  try {
    return createUrl(text, baseUrl)
  } catch {
    // The message does not have the URL, because it may contain a token and errors are logged.
    const advice = baseUrl ? '' : ': use an absolute URL, or set environment.baseUrl'
    throw new DOMException(`The URL of the EventSource is not valid${advice}`, 'SyntaxError')
  }
}
