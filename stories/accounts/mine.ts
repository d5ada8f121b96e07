import { json, query, quickThenSpread } from '@tautline/core'
import { z } from 'zod'

/** What the server sends, with the user whom it sees. */
const Mine = z.object({ user: z.string(), number: z.number() })
const Answer = Mine.extend({ next: z.string() })
const Profile = z.object({ user: z.string(), email: z.string() })

/** The four addresses of a session, with a cookie that no script can read. */
export interface Addresses {
  readonly socket: string
  readonly events: string
  readonly poll: string
  readonly profile: string
}

/** Often enough to be seen, in ms. */
const EVERY = 700

export function addressesOf(origin: string, session: string): Addresses {
  const at = (name: string) => `${origin}/mine/${name}?session=${session}&every=${EVERY}`
  return { socket: at('socket'), events: at('events'), poll: at('poll'), profile: at('profile') }
}

/** Quicker than the defaults, so that there is less to wait for in a demonstration. */
const retry = { delay: quickThenSpread({ first: 600, window: 1_200, cap: 2_000 }) }

const codec = json(Mine)

// The server is on another port: without these the cookie would stay at home.
export const socketOptions = { codec, retry } as const
export const eventsOptions = { codec, retry, withCredentials: true } as const
export const pollOptions = {
  codec: json(Answer),
  cursor: query('since', ({ next }: z.infer<typeof Answer>) => next),
  retry,
  withCredentials: true,
} as const
export const profileOptions = { codec: json(Profile), credentials: 'include' } as const

/** What a card shows of one hook. */
export interface Row {
  readonly hook: string
  readonly user: string | undefined
  /** The last that it has got. */
  readonly last: string | undefined
}

export const rowOf = (hook: string, mine: z.infer<typeof Mine> | undefined, what: string): Row => ({
  hook,
  user: mine?.user,
  last: mine && `${what} ${mine.number}`,
})

export const profileRow = (mine: z.infer<typeof Profile> | undefined): Row => ({
  hook: 'useFetch',
  user: mine?.user,
  last: mine?.email,
})
