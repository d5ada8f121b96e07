import { observeEventSource } from '../../src/event-source/index.ts'
import { forgetUser } from '../../src/log-out/index.ts'
import { observeLongPoll } from '../../src/long-poll/index.ts'
import { createTestEnvironment } from '../../src/testing/index.ts'
import { observeWebSocket } from '../../src/web-socket/index.ts'
import { block } from '../event-source/harness.ts'

/** How an observer says whose it is. */
export type Way = 'value' | 'function' | 'inline' | 'url' | 'cookie'

/** Whose an observer is, and how it says so. */
export interface Account {
  readonly user: string
  readonly way: Way
}

export type Protocol = 'stream' | 'poll' | 'socket'

type Options = Record<string, unknown>

/** One function object stands for one user. */
const functions = new Map<string, () => object>()
function functionOf(user: string, give: (user: string) => object): () => object {
  const known = functions.get(`${user} ${String(give)}`) ?? (() => give(user))
  functions.set(`${user} ${String(give)}`, known)
  return known
}

const headers = (user: string) => ({ authorization: user })
const protocols = (user: string) => [`user.${user}`]

/** A page whose server sends to each connection the user whom it sees, and who shows what the observers have got. */
export function createUsers(protocol: Protocol, server = false) {
  const environment = createTestEnvironment({ isServer: server })
  const [name, give] =
    protocol === 'socket' ? (['protocols', protocols] as const) : (['headers', headers] as const)
  const answered = new Set<unknown>()
  let cookie = 'cookie 1'

  function argumentsOf({ user, way }: Account, key?: string): [url: string, options: Options] {
    // Longer than a log-out takes: what lingers is closed by it, and not by its time.
    const own = { environment, closeDelay: 5000, ...(key === undefined ? {} : { key }) }
    const url = way === 'url' ? `/feed?user=${encodeURIComponent(user)}` : '/feed'
    if (way === 'value') return [url, { ...own, [name]: give(user) }]
    if (way === 'function') return [url, { ...own, [name]: functionOf(user, give) }]
    // A new function object in every render, with a key that says whose it is.
    if (way === 'inline') return [url, { ...own, key: user, [name]: async () => give(user) }]
    return [url, own]
  }

  /** @returns what has come to handlers, and what is shown */
  function observe(account: Account) {
    const [url, options] = argumentsOf(account)
    const observer =
      protocol === 'stream'
        ? observeEventSource<unknown, unknown>(url, options)
        : protocol === 'poll'
          ? observeLongPoll<unknown, unknown>(url, options)
          : observeWebSocket<unknown, never, unknown>(url, options)
    return observer as Pick<
      typeof observer,
      'subscribe' | 'getSnapshot' | 'on' | 'open' | 'close' | 'reconnect'
    > & {
      setOptions(url: string, options: Options): void
    }
  }

  const whose = (url: string, given: string | null | undefined) =>
    new URL(url).searchParams.get('user') ?? given ?? cookie

  /** The server answers what it has not answered yet, and sends on every line the user whose it is. */
  async function serve(): Promise<void> {
    await environment.advance(0)
    for (const socket of environment.sockets) {
      if (socket.readyState === 0) socket.accept()
      if (socket.readyState === 1)
        socket.receive(whose(socket.url, socket.protocols[0]?.slice('user.'.length)))
    }
    for (const request of environment.requests) {
      if (request.cancelled) continue
      const user = whose(request.url, request.headers.get('authorization'))
      if (!answered.has(request))
        request.respond(protocol === 'poll' ? { headers: { 'content-type': 'text/plain' } } : undefined)
      if (protocol === 'stream') request.write(block(user, { id: '1' }))
      else if (!answered.has(request)) {
        request.write(user)
        request.end()
      }
      answered.add(request)
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

  /** The network cuts what is up. */
  function cut(): void {
    for (const socket of environment.sockets) if (socket.readyState === 1) socket.end(1006, '', false)
    for (const request of environment.requests) if (answered.has(request)) request.fail()
  }

  return { environment, argumentsOf, observe, serve, logOut, cut, cookie: () => cookie }
}
