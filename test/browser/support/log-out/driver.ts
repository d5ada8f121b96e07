import { afterEach } from 'vitest'
import {
  type EventSourceOptions,
  type FetchOptions,
  type LongPollOptions,
  type WebSocketOptions,
  isTautlineError,
  json,
  query,
  text,
} from '@tautline/core'
import type { Given, LeakLedger, Way } from './account.ts'

export const HOOKS: readonly (readonly [hook: string, way: Way])[] = [
  ['useWebSocket', 'socket'],
  ['useEventSource', 'events'],
  ['useLongPoll', 'poll'],
  ['useFetch', 'profile'],
]

/** What the server sends, each time with the user whom it saw. */
interface Mine {
  readonly user: string
  readonly next?: string
}

type Users = readonly string[]

/** What it shows: of whom it has heard, and where it would go on. */
export interface Shown {
  readonly status: string
  readonly users: Users
  readonly cursor: string | undefined
}

export interface MountedAccount {
  readonly shown: Shown
  /** What the page says. */
  readonly text: string
  /** Of a WebSocket. */
  send(message: string): string
  give(given: Given): void
  /** Puts the component aside: by `<Activity>` in React, by `<KeepAlive>` in Vue. */
  hide(): void
  show(): void
  unmount(): void
}

/** A component with one hook, the same in each of the frameworks. */
export interface AccountDriver {
  readonly name: string
  mount(given: Given, ledger: LeakLedger): MountedAccount
}

const addUser = (users: Users, { user }: Mine): Users => (users.includes(user) ? users : [...users, user])

/** What every connection is given: it tells the ledger of all that comes. */
const common = ({ way, options }: Given, ledger: LeakLedger) => {
  const { environment, key, linger } = options
  const note = (event: string) => (value: unknown) => ledger.note(`${way}: ${event}`, value)
  return {
    environment,
    key,
    linger,
    retry: { delay: () => 20 },
    onOpen: note('onOpen'),
    onMessage: note('onMessage'),
    onError(error: Error) {
      ledger.note(`${way}: onError`, error.message)
      ledger.error(isTautlineError(error) ? error.code : error.name)
    },
  } as const
}

const connection = (given: Given, ledger: LeakLedger) =>
  ({ ...common(given, ledger), reduce: addUser, initialData: [] as Users }) as const

export const socketOptions = (given: Given, ledger: LeakLedger): WebSocketOptions<Mine, string, Users> => ({
  ...connection(given, ledger),
  // Sends texts, and reads JSON.
  codec: { decode: json<Mine>().decode, encode: text().encode },
  protocols: given.options.protocols,
})

export const eventsOptions = (
  given: Given,
  ledger: LeakLedger,
): EventSourceOptions<Mine, undefined, Users> => ({
  ...connection(given, ledger),
  codec: json<Mine>(),
  headers: given.options.headers,
  credentials: given.options.credentials,
})

export const pollOptions = (given: Given, ledger: LeakLedger): LongPollOptions<Mine, Mine, Users> => ({
  ...connection(given, ledger),
  codec: json<Mine>(),
  headers: given.options.headers,
  credentials: given.options.credentials,
  cursor: query('since', ({ next }) => next),
})

export const profileOptions = (given: Given, ledger: LeakLedger): FetchOptions<Mine, Mine, Users> => {
  const { environment, key, retry, onMessage, onError } = common(given, ledger)
  const { headers, credentials } = given.options
  return { environment, key, retry, onMessage, onError, headers, credentials, select: ({ user }) => [user] }
}

const onPage = new Set<() => void>()

// What a test has left there.
afterEach(() => {
  for (const takeAway of onPage) takeAway()
})

/** Makes a place on the page, and tells the ledger what a component shows there. `takeAway` runs once. */
export function createAccountMountPoint({ way }: Given, ledger: LeakLedger, takeAway: () => void) {
  const mountPoint = document.body.appendChild(document.createElement('main'))
  const unmount = () => {
    if (!onPage.delete(unmount)) return
    takeAway()
    mountPoint.remove()
  }
  onPage.add(unmount)
  let newest: Shown = { status: 'idle', users: [], cursor: undefined }
  return {
    mountPoint,
    /** Is told of every render, and says what is to stand on the page. */
    note(shown: Shown): string {
      newest = shown
      ledger.note(`${way}: render`, shown)
      return `${shown.status}: ${shown.users.join()} ${shown.cursor ?? ''}`
    },
    seen: {
      get shown() {
        return newest
      },
      get text() {
        return mountPoint.textContent
      },
      unmount,
    },
  }
}
