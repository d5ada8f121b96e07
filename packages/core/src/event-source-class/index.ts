import type { Interpreter } from '../connection/interpreter.ts'
import type { Environment } from '../platform/environment.ts'
import { resolveEnvironment } from '../platform/browser.ts'
import { createEventHandler } from './event-handler.ts'
import { connectPerStandard } from './standard-connection.ts'
import { type Forgettable, setRegistered } from '../observer/log-out-registry.ts'

/** That of the platform, for its types: a page knows it by heart. */
type NativeEventSource = globalThis.EventSource

/** An `EventTarget` whose listeners are typed as those of the platform's own EventSource are. */
const TypedEventTarget = EventTarget as unknown as new () => Pick<
  NativeEventSource,
  'addEventListener' | 'removeEventListener' | 'dispatchEvent'
>

/** The standard's two arguments know `withCredentials` alone; the platform's own class ignores the other. */
export interface EventSourceClassInit extends EventSourceInit {
  /** Replaces parts of the platform, such as `fetch` or, where no page has one, `baseUrl`. @default the platform's own */
  readonly environment?: Partial<Environment> | undefined
}

/**
 * A drop-in `EventSource` over `fetch`: the interface and the behaviour of the HTML standard (section 9.2), also where there is none,
 * such as in Node, or in an environment of your own. `createEventSource` does more, and gives up less easily.
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
    if (arguments.length === 0) throw new TypeError('EventSource needs a URL')
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
    // On a server it has no user, since it has no key.
    if (!resolvedEnvironment.isServer) setRegistered(this.#member, true)
  }

  /** Its user has logged out. As the standard has it for what is not reestablished (section 9.2.3, "fail the connection"). */
  #failConnection(): void {
    if (this.readyState === 2) return
    this.close()
    this.dispatchEvent(new Event('error'))
  }

  /** Absolute, fragment included; where redirects lead is not told. */
  get url(): string {
    return this.#url.href
  }

  /** Are cookies sent to other origins too? */
  get withCredentials(): boolean {
    return this.#withCredentials
  }

  /** CONNECTING also while it waits for the next attempt. */
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

  /** Gives the request up at once. Nothing is dispatched any more, and nothing opens it again. */
  close(): void {
    this.#interpreter.dispatch({ type: 'close' })
  }
}

// As Web IDL has it (sections 3.7.5 to 3.7.9): constants that cannot be changed, on both, and members that can be listed.
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

/** Web IDL, section 3.2.17: null is a dictionary without members. */
function toInitDictionary(init: EventSourceClassInit | null): EventSourceClassInit {
  if (init !== null && typeof init !== 'object' && typeof init !== 'function')
    throw new TypeError('The second argument of EventSource is not an object')
  return init ?? {}
}

function parseUrl(url: string | URL, baseUrl: string | undefined): URL {
  // A symbol cannot be a string, and an error of its own says so.
  const text = `${url}`
  try {
    return new URL(text, baseUrl)
  } catch {
    // It is not repeated: it may hold a token, and errors end in logs.
    const hint = baseUrl ? '' : ': it is not absolute, and environment.baseUrl is not set'
    throw new DOMException(`The URL of an EventSource cannot be parsed${hint}`, 'SyntaxError')
  }
}
