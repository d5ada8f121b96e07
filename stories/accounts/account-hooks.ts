import { json, query } from '@tautline/core'
import { z } from 'zod'
import { demoRetry } from '../server/demo-retry.ts'

/** A message, with the user to whom the server sent it. */
const Message = z.object({ user: z.string(), number: z.number() })
const PollResponse = Message.extend({ next: z.string() })
const Profile = z.object({ user: z.string(), email: z.string() })

/** The URLs of the four hooks. */
export interface Addresses {
  readonly socket: string
  readonly events: string
  readonly poll: string
  readonly profile: string
}

/** Time between two messages, in ms. */
const INTERVAL_MS = 700

export function addressesOf(origin: string, session: string): Addresses {
  const at = (name: string) => `${origin}/mine/${name}?session=${session}&every=${INTERVAL_MS}`
  return { socket: at('socket'), events: at('events'), poll: at('poll'), profile: at('profile') }
}

const codec = json(Message)

// The server has another port, which is another origin. Without credentials the browser would not send the cookie.
export const socketOptions = { codec, retry: demoRetry } as const
export const eventsOptions = { codec, retry: demoRetry, credentials: 'include' } as const
export const pollOptions = {
  codec: json(PollResponse),
  cursor: query('since', ({ next }: z.infer<typeof PollResponse>) => next),
  retry: demoRetry,
  credentials: 'include',
} as const
export const profileOptions = { codec: json(Profile), credentials: 'include' } as const

/** The row of one hook. */
export interface Row {
  readonly hook: string
  readonly user: string | undefined
  /** The last message or response. */
  readonly last: string | undefined
}

/** @param noun what the hook receives, such as "message" */
export const rowOf = (hook: string, message: z.infer<typeof Message> | undefined, noun: string): Row => ({
  hook,
  user: message?.user,
  last: message && `${noun} ${message.number}`,
})

export const profileRow = (profile: z.infer<typeof Profile> | undefined): Row => ({
  hook: 'useFetch',
  user: profile?.user,
  last: profile?.email,
})
