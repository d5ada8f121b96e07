import { observeEventSource } from '../../src/event-source/index.ts'
import { forgetUser } from '../../src/log-out/index.ts'
import { observeLongPoll } from '../../src/long-poll/index.ts'
import { createTestEnvironment } from '../../src/testing/index.ts'
import { observeWebSocket } from '../../src/web-socket/index.ts'
import { block } from '../event-source/harness.ts'
import type { Emitter } from '../../src/connection/types.ts'
import { withEvents } from '../events.ts'

/** How the options of an observer name its user. */
export type Way = 'value' | 'function' | 'inline' | 'url' | 'cookie'

/** The user of an observer, and how its options name the user. */
export interface Account {
  readonly user: string
  readonly way: Way
}

export type Protocol = 'stream' | 'poll' | 'socket'

type Options = Record<string, unknown>

/** Returns the same function object for the same user. */
const functions = new Map<string, () => object>()
function functionOf(user: string, give: (user: string) => object): () => object {
  const known = functions.get(`${user} ${String(give)}`) ?? (() => give(user))
  functions.set(`${user} ${String(give)}`, known)
  return known
}

const headers = (user: string) => ({ authorization: user })
const protocols = (user: string) => [`user.${user}`]

/** Creates a page with several users. Its server sends over each connection the name of the user that it sees. */
export function createUsers(protocol: Protocol, server = false) {
  const environment = createTestEnvironment({ isServer: server })
  const [name, give] =
    protocol === 'socket' ? (['protocols', protocols] as const) : (['headers', headers] as const)
  const responded = new Set<unknown>()
  let cookie = 'cookie 1'

  function argumentsOf({ user, way }: Account, key?: string): [url: string, options: Options] {
    // Longer than a log-out takes: the log-out closes unused connections, not the timer.
    const own = { environment, closeDelay: 5000, ...(key === undefined ? {} : { key }) }
    const url = way === 'url' ? `/feed?user=${encodeURIComponent(user)}` : '/feed'
    if (way === 'value') return [url, { ...own, [name]: give(user) }]
    if (way === 'function') return [url, { ...own, [name]: functionOf(user, give) }]
    // A new function object in every render, with a key for the user.
    if (way === 'inline') return [url, { ...own, key: user, [name]: async () => give(user) }]
    return [url, own]
  }

  /** Creates an observer for this account. */
  function observe(account: Account) {
    const [url, options] = argumentsOf(account)
    const observer =
      protocol === 'stream'
        ? observeEventSource<unknown, unknown>(url, options)
        : protocol === 'poll'
          ? observeLongPoll<unknown, unknown>(url, options)
          : observeWebSocket<unknown, never, unknown>(url, options)
    const common: Pick<typeof observer, 'subscribe' | 'getSnapshot' | 'open' | 'close' | 'reconnect'> =
      observer
    return withEvents(common) as typeof common &
      Emitter<unknown> & {
        setOptions(url: string, options: Options): void
      }
  }

  const userOf = (url: string, given: string | null | undefined) =>
    new URL(url).searchParams.get('user') ?? given ?? cookie

  /** The server responds to all new requests, and sends over every connection the name of its user. */
  async function serve(): Promise<void> {
    await environment.advance(0)
    for (const socket of environment.sockets) {
      if (socket.readyState === 0) socket.accept()
      if (socket.readyState === 1)
        socket.receive(userOf(socket.url, socket.protocols[0]?.slice('user.'.length)))
    }
    for (const request of environment.requests) {
      if (request.cancelled) continue
      const user = userOf(request.url, request.headers.get('authorization'))
      if (!responded.has(request))
        request.respond(protocol === 'poll' ? { headers: { 'content-type': 'text/plain' } } : undefined)
      if (protocol === 'stream') request.write(block(user, { id: '1' }))
      else if (!responded.has(request)) {
        request.write(user)
        request.end()
      }
      responded.add(request)
    }
    await environment.advance(20)
  }

  async function logOut(): Promise<string> {
    let end = () => {}
    const done = forgetUser(new Promise<void>((resolve) => (end = resolve)), { environment })
    await serve()
    await environment.advance(2000)
    cookie = `cookie ${Number(cookie.split(' ')[1]) + 1}`
    end()
    await done
    return cookie
  }

  /** Cuts all open connections. */
  function cut(): void {
    for (const socket of environment.sockets) if (socket.readyState === 1) socket.end(1006, '', false)
    for (const request of environment.requests) if (responded.has(request)) request.fail()
  }

  return { environment, argumentsOf, observe, serve, logOut, cut, cookie: () => cookie }
}
