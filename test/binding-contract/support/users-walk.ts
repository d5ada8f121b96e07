import { type HeadersOption, type ProtocolsOption, type UrlOption, forgetUser } from '@tautline/core'
import { fromHeader, query } from '@tautline/core/long-poll'
import { eventSource, webSocket } from '@tautline/core/connection'
import { type FakeWebSocket, type TestEnvironment, createTestEnvironment } from '@tautline/core/testing'
import fc from 'fast-check'

export type HookName = 'stream' | 'poll' | 'socket' | 'fetch' | 'connection'

/** What a component connects with. */
export interface Setup {
  readonly user: string
  /**
   * How a request identifies the user: by URL, headers or subprotocols, as a value or a function; or by a cookie, which
   * hooks cannot see.
   */
  readonly by: 'value' | 'function' | 'inline' | 'url' | 'url function' | 'cookie'
  /** Selects one of two functions for the same user. */
  readonly variant: 0 | 1
  readonly key: string | undefined
  readonly closeDelay: number
}

/** One component with one hook. */
export interface WalkedComponent {
  change(setup: Setup): void
  unmount(): void
  command(name: 'open' | 'close' | 'reconnect'): void
  /** The rendered text: the user of the component and its data. */
  shown(): string
}

/** What a walk needs from a framework. */
export interface WalkDriver {
  mount(walk: Walk, hook: HookName, setup: Setup): WalkedComponent
  /** Runs a function and lets the framework render. */
  act(run: () => unknown): Promise<unknown>
}

/** The state that the hooks of a walk share. */
export interface Walk {
  readonly environment: TestEnvironment
  /** `url` of a connection is its list of transports. */
  argumentsOf(hook: HookName, setup: Setup): { readonly url: UrlOption; readonly options: WalkOptions }
  /** Records a fault if data of another user are in `data`. */
  check(where: string, user: string, data: string): void
  /** Messages that were shown or delivered to another user. */
  readonly faults: string[]
  /** The number of messages that handlers received. */
  readonly messageCount: number
}

export type WalkOptions = ReturnType<typeof everyOption>

const append = (data: string, message: unknown) => `${data}${String(message)};`

const everyOption = (walk: Pick<Walk, 'environment' | 'check'>, setup: Setup, onReceived: () => void) => ({
  environment: walk.environment,
  closeDelay: setup.closeDelay,
  key: setup.key,
  reduce: append,
  initialData: '',
  retry: { delay: () => 100 },
  onMessage(message: unknown) {
    onReceived()
    walk.check('message', setup.user, `${String(message)};`)
  },
})

const polling = {
  cursor: query('since', fromHeader('x-next')),
  messages: (body: unknown) => [body],
  minGap: 0,
}

/** Functions that all components share, one for each user and variant. */
function createGivers() {
  const givers = new Map<string, (_: unknown) => unknown>()
  return (name: string, make: () => unknown) => {
    const known = givers.get(name) ?? ((_: unknown) => make())
    givers.set(name, known)
    return known
  }
}

function createWalk(): Walk {
  const environment = createTestEnvironment()
  const faults: string[] = []
  const giver = createGivers()
  let messageCount = 0
  const check: Walk['check'] = (where, user, data) => {
    const others = data.split(';').filter((part) => part !== '' && !part.startsWith(`for ${user} `))
    if (others.length > 0) faults.push(`${where}: ${user} has ${others.join()}`)
  }
  /** Returns the value, or a function that returns it or a promise of it. */
  const given = ({ by, user, variant }: Setup, name: string, value: unknown) => {
    const make = () => (variant === 1 ? Promise.resolve(value) : value)
    if (by === 'inline') return (_: unknown) => make()
    return by === 'function' || by === 'url function' ? giver(`${name} ${user} ${variant}`, make) : value
  }
  return {
    environment,
    faults,
    check,
    get messageCount() {
      return messageCount
    },
    argumentsOf(hook, setup) {
      const isInUrl = setup.by.startsWith('url')
      const protocols = { protocols: given(setup, 'protocols', [setup.user]) as ProtocolsOption } // or a function
      const headers = { headers: given(setup, 'headers', { authorization: setup.user }) as HeadersOption } // or a function
      const credentials = hook === 'socket' ? protocols : headers
      const slotIndex = `/feed?user=${setup.user}`
      const url = isInUrl ? given(setup, hook, slotIndex) : '/feed'
      const hasCredentials = !isInUrl && setup.by !== 'cookie'
      const own = {
        ...everyOption({ environment, check }, setup, () => messageCount++),
        ...(hook === 'poll' && polling),
        ...(hook === 'connection' ? { remember: false } : hasCredentials && credentials),
      }
      const ownUrl = url as UrlOption // a string, or a function that returns one
      const list = [
        webSocket(ownUrl, hasCredentials ? protocols : {}),
        eventSource(ownUrl, hasCredentials ? headers : {}),
      ]
      return { url: hook === 'connection' ? (list as never) : ownUrl, options: own } // the argument of its hook
    },
  }
}

/** Accepts all connections, and sends messages that contain the name of their user. */
function createWalkServer({ requests, sockets }: TestEnvironment) {
  const responded = new Set<unknown>()
  let sent = 0
  let session = 0
  const userOf = (url: string, other: string | null | undefined) =>
    new URL(url).searchParams.get('user') ?? other ?? sessionUser(session)
  const textFor = (user: string) => `for ${user} ${++sent}`

  function serveSocket(socket: FakeWebSocket): void {
    if (socket.readyState === 0) socket.accept()
    if (socket.readyState === 1) socket.receive(textFor(userOf(socket.url, socket.protocols[0])))
  }
  return {
    serve(): void {
      for (const socket of sockets) if (!socket.closedWith) serveSocket(socket)
      for (const request of requests) {
        if (request.cancelled) continue
        const text = textFor(userOf(request.url, request.headers.get('authorization')))
        const isPoll = request.headers.get('accept') !== 'text/event-stream'
        if (isPoll && responded.has(request)) continue
        if (!responded.has(request)) request.respond(isPoll ? { headers: headersOf(sent) } : {})
        responded.add(request)
        request.write(isPoll ? text : `id: ${sent}\ndata: ${text}\n\n`)
        if (isPoll) request.end()
      }
    },
    /** Changes the cookie to that of a later user. */
    logIn(next: number): void {
      session = Math.max(session, next)
    },
    /** Breaks all connections. */
    cut(): void {
      for (const request of requests) if (!request.cancelled) request.fail()
      for (const socket of sockets) if (!socket.closedWith && socket.readyState === 1) socket.end(1006)
    },
  }
}

/** The user of the cookie after this many log-outs. */
const sessionUser = (session: number) => `session${session}`

const caching = [
  'private, max-age=60',
  'no-store',
  'no-cache',
  'max-age=0, stale-while-revalidate=60',
] as const

/** Headers of responses with each kind of Cache-Control. */
const headersOf = (sent: number) => ({
  'content-type': 'text/plain',
  'x-next': String(sent),
  'cache-control': caching[sent % caching.length] ?? 'no-store',
  vary: 'authorization',
})

const SLOTS = 4
const hooks: readonly HookName[] = ['stream', 'poll', 'socket', 'fetch', 'connection']
const slot = fc.nat(SLOTS - 1)
const setups = fc.record({
  user: fc.constantFrom('ada', 'bob', 'cyd'),
  by: fc.constantFrom<Setup['by'][]>('value', 'function', 'inline', 'url', 'url function', 'cookie'),
  variant: fc.constantFrom<Setup['variant'][]>(0, 1),
  isKeyed: fc.boolean(),
  closeDelay: fc.constantFrom(0, 1000),
})
type Draft = typeof setups extends fc.Arbitrary<infer One> ? One : never

/** The steps of a walk. A step that is not `awaited` happens in the same tick as the next one. */
export const steps = fc.array(
  fc.record({
    awaited: fc.constantFrom(true, true, false),
    what: fc.oneof(
      { weight: 6, arbitrary: fc.record({ type: fc.constant('change'), slot, setup: setups }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('render'), slot }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('unmount'), slot }) },
      { weight: 6, arbitrary: fc.record({ type: fc.constant('serve') }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('cut') }) },
      {
        weight: 1,
        arbitrary: fc.record({ type: fc.constant('log out'), ms: fc.constantFrom(0, 100, 1500) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ type: fc.constant('advance'), ms: fc.constantFrom(16, 100, 400, 1500) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          type: fc.constant('command'),
          slot,
          name: fc.constantFrom<Parameters<WalkedComponent['command']>[0][]>('open', 'close', 'reconnect'),
        }),
      },
    ),
  }),
  { minLength: 10, maxLength: 50, size: 'max' },
)
export type Steps = typeof steps extends fc.Arbitrary<infer All> ? All : never
type Step = Steps[number]['what']

export const someHook = fc.constantFrom(...hooks)

/** A change of user has another key, because functions cannot be compared. */
function setupOf({ isKeyed, ...draft }: Draft, before: Setup | undefined): Setup {
  const isOfAnother = before !== undefined && before.user !== draft.user
  const key = isKeyed || (isOfAnother && before.key === undefined) ? draft.user : undefined
  return { ...draft, key }
}

/** Runs the steps and returns the walk. */
export async function walkAll(driver: WalkDriver, hook: HookName, sequence: Steps): Promise<Walk> {
  const walk = createWalk()
  const { environment } = walk
  const server = createWalkServer(environment)
  const components = new Map<number, { readonly component: WalkedComponent; readonly setup: Setup }>()
  let session = 0

  /** Data of the old user are faults from now on; the new cookie is set when the log-out ends. */
  function logOut(ms: number): void {
    const next = ++session
    const ended = new Promise<void>((resolve) => {
      environment.setTimeout(() => {
        server.logIn(next)
        resolve()
      }, ms)
    })
    void forgetUser(ended, { environment })
    for (const [slotIndex, { setup }] of components) if (setup.by === 'cookie') want(slotIndex, setup)
  }

  function want(slotIndex: number, { user, ...others }: Setup): void {
    const setup = { ...others, user: others.by === 'cookie' ? sessionUser(session) : user }
    const { component = driver.mount(walk, hook, setup) } = components.get(slotIndex) ?? {}
    if (components.has(slotIndex)) component.change(setup)
    components.set(slotIndex, { component, setup })
  }
  function take(step: Step): void {
    if (step.type === 'serve' || step.type === 'cut') return server[step.type]()
    if (step.type === 'advance') return
    if (step.type === 'log out') return logOut(step.ms)
    const one = components.get(step.slot)
    if (step.type === 'change') want(step.slot, setupOf(step.setup, one?.setup))
    else if (step.type === 'render') one?.component.change(one.setup)
    else if (step.type === 'command') one?.component.command(step.name)
    else if (components.delete(step.slot)) one?.component.unmount()
  }
  const respondToHeld = () => {
    for (const { component } of components.values()) {
      const [user = '', data = ''] = component.shown().split('|')
      walk.check('document', user, data)
    }
  }
  for (const { what, awaited } of sequence) {
    await driver.act(() => take(what))
    if (awaited) await driver.act(() => environment.advance(what.type === 'advance' ? what.ms : 0))
    respondToHeld()
  }
  for (const { component } of components.values()) component.unmount()
  await driver.act(() => environment.advance(60_000))
  return walk
}
