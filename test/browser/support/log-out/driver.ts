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

/** The server's messages, with the name of the user. */
interface Mine {
  readonly user: string
  readonly next?: string
}

type Users = readonly string[]

/** The text: the user of the data, and the cursor. */
export interface Shown {
  readonly status: string
  readonly users: Users
  readonly cursor: string | undefined
}

export interface MountedAccount {
  readonly shown: Shown
  /** The text on the page. */
  readonly text: string
  /** Sends a message, with a WebSocket only. */
  send(message: string): string
  give(given: Given): void
  /** Hides the component: with `<Activity>` in React, with `<KeepAlive>` in Vue. */
  hide(): void
  show(): void
  unmount(): void
}

/** A component with one hook, the same for each framework. */
export interface AccountDriver {
  readonly name: string
  mount(given: Given, ledger: LeakLedger): MountedAccount
}

const addUser = (users: Users, { user }: Mine): Users => (users.includes(user) ? users : [...users, user])

/** Options of every connection: they record all messages in the ledger. */
const common = ({ way, options }: Given, ledger: LeakLedger) => {
  const { environment, key } = options
  const note = (event: string) => (value: unknown) => ledger.note(`${way}: ${event}`, value)
  return {
    environment,
    key,
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
  // Sends texts, and parses JSON.
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

// Unmounts what a test has left mounted.
afterEach(() => {
  for (const takeAway of onPage) takeAway()
})

/** Creates an element on the page, and records what a component shows there in the ledger. `takeAway` runs once. */
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
    /** Records a render, and returns the text to show. */
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
