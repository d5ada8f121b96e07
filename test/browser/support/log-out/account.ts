import { expect, onTestFinished } from 'vitest'
import {
  type Environment,
  type FetchOptions,
  type WebSocketOptions,
  browserEnvironment,
  forgetUser,
} from '@tautline/core'
import type { AccountEvent, AccountsView } from '@tautline/demo-server'
import { watched } from '../../../server/support/web-socket/real-sockets.ts'
import { watchedFetch } from '../../../server/support/event-source/stream.ts'
import { harness } from '../environments.ts'

/** Another origin, but the same site as the page, so that its cookies are not third-party cookies. */
const origin = harness.url.replace('127.0.0.1', location.hostname)

/** The four hooks, named by what they request. */
export type Way = 'socket' | 'events' | 'poll' | 'profile'

/** The URL and the options of one hook. */
export interface Given {
  readonly way: Way
  readonly url: string | null
  readonly options: Pick<
    WebSocketOptions & FetchOptions,
    'environment' | 'headers' | 'protocols' | 'key' | 'credentials'
  >
}

/** A session at the server that no other test uses. */
export interface Session {
  /** Path and query, as the server sees them. */
  target(way: Way): string
  /** The URL and the options of one hook. With `credentials` the cookie is sent too. */
  given(way: Way, options?: Given['options']): Given
  logIn(user: string): Promise<void>
  logOut(query?: string): Promise<void>
  /** Returns what the server received, and what is open there. */
  seen(): Promise<AccountsView>
  /** What started or arrived during an action, oldest first: `socket Ada`. */
  arrivals(log: readonly AccountEvent[]): readonly string[]
  /** Cursors that arrived from another user than their owner. */
  strangeCursors(log: readonly AccountEvent[]): readonly string[]
  /** The number of requests and handshakes that the page has started. */
  readonly begun: number
  /** Uncaught errors. */
  readonly reported: readonly string[]
}

export function newSession(): Session {
  const session = harness.unique()
  const target = (way: Way) => `/mine/${way}?session=${session}&every=40`
  const call = async (method: string, query = '', body?: object) => {
    const init = { method, credentials: 'include', ...(body && { body: JSON.stringify(body) }) } as const
    const { ok } = await fetch(`${origin}/session?session=${session}${query}`, init)
    expect(ok).toBe(true)
  }
  let begun = 0
  const count = () => void (begun += 1)
  const reported: string[] = []
  const environment: Partial<Environment> = {
    ...watchedFetch({ request: count }),
    WebSocket: watched(browserEnvironment().WebSocket ?? WebSocket, count),
    reportError: (error) => void reported.push(String(error)),
  }
  onTestFinished(async () => {
    await forgetUser()
    await call('DELETE')
  })
  return {
    target,
    given: (way, options) => ({
      way,
      url: origin + target(way),
      options: { environment, credentials: 'include', closeDelay: 60_000, ...options },
    }),
    logIn: (user) => call('POST', '', { user }),
    logOut: (query) => call('DELETE', query),
    async seen() {
      const response = await fetch(`${harness.url}/control/accounts?session=${session}`)
      // The format of the demo server's session.
      return (await response.json()) as AccountsView
    },
    arrivals: (log) =>
      log
        .filter(({ type }) => type === 'arrived' || type === 'received' || type === 'refused')
        .map(({ way, user }) => `${way} ${user ?? 'refused'}`),
    strangeCursors: (log) =>
      log.flatMap(({ user, cursor }) =>
        cursor !== undefined && !cursor.startsWith(`${user}-`) ? [cursor] : [],
      ),
    get begun() {
      return begun
    },
    reported,
  }
}

/** The user who is logged in, and a record of other users' data that was rendered or passed to a handler. */
export interface LeakLedger {
  readonly leaks: readonly string[]
  /** The errors that handlers received. */
  readonly errors: readonly string[]
  error(code: string): void
  become(user: string | undefined): void
  note(what: string, value: unknown): void
}

const USERS = ['Ada', 'Bob']

export function createLeakLedger(first?: string): LeakLedger {
  const leaks: string[] = []
  const errors: string[] = []
  let current = first
  return {
    leaks,
    errors,
    error: (code) => void errors.push(code),
    become: (user) => void (current = user),
    note(what, value) {
      const text = JSON.stringify(value) ?? ''
      const strangers = USERS.filter((user) => user !== current && text.includes(user))
      if (strangers.length > 0) leaks.push(`${what} for ${current ?? 'nobody'}: ${text}`)
    },
  }
}

/** A log-out whose duration the test controls, and a log-in as another user. No user is logged in from the call on. */
export interface Change {
  /** Ends the log-out; returns the number of requests and handshakes that the page started during it. */
  go(): Promise<number>
}

export function changeUser(session: Session, ledger: LeakLedger, next: string): Change {
  let open = () => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const { begun } = session
  let begunAtEnd = begun
  ledger.become(undefined)
  const done = forgetUser(
    (async () => {
      await gate
      await session.logOut('&slow=100')
      await session.logIn(next)
      begunAtEnd = session.begun
      ledger.become(next)
    })(),
  )
  const go = async () => {
    open()
    await done
    return begunAtEnd - begun
  }
  // A failure here must not affect the next test.
  onTestFinished(async () => void (await go()))
  return { go }
}

/** Resolves before the page is painted again. */
export const nextFrame = () => new Promise(requestAnimationFrame)
