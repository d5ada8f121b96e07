import { useEffect, useState } from 'react'
import { z } from 'zod'
import { useServer } from '../server/server-context.ts'

const Event = z.object({
  number: z.number(),
  way: z.enum(['session', 'socket', 'events', 'poll', 'profile']),
  type: z.enum(['logged-in', 'logging-out', 'logged-out', 'arrived', 'ended', 'received', 'refused']),
  user: z.string().optional(),
})
type Event = z.infer<typeof Event>

const Seen = z.object({
  open: z.array(z.object({ way: z.string(), user: z.string() })),
  log: z.array(Event),
})
export type Seen = z.infer<typeof Seen>

/** In ms. */
const INTERVAL = 400

/** What the server saw of a session, asked for again and again. */
export function useSeen(session: string): Seen {
  const server = useServer()
  const [seen, setSeen] = useState<Seen>({ open: [], log: [] })
  useEffect(() => {
    let current = true
    const ask = async (): Promise<void> => {
      const answer = await server.control('GET', `accounts?session=${session}`).catch(() => undefined)
      const read = Seen.safeParse(answer)
      if (current && read.success) setSeen(read.data)
    }
    void ask()
    const timer = setInterval(() => void ask(), INTERVAL)
    return () => {
      current = false
      clearInterval(timer)
    }
  }, [server, session])
  return seen
}

/** A line of the list. */
export interface Line {
  readonly number: number
  readonly user: string | undefined
  readonly text: string
  /** How often in a row. */
  readonly times: number
}

const TEXTS: Readonly<Record<string, string>> = {
  'session logged-in': 'logged in',
  'session logging-out': 'asks to log out',
  'session logged-out': 'logged out',
  'socket arrived': 'WebSocket opened',
  'socket ended': 'WebSocket closed',
  'events arrived': 'event stream opened',
  'events ended': 'event stream closed',
  'poll arrived': 'long poll',
  'profile arrived': 'GET /mine/profile',
}

/** The newest first. Polls in a row are one line, and what is answered at once has no end of its own. */
export function linesOf({ log }: Seen): readonly Line[] {
  const lines: Line[] = []
  for (const { number, way, type, user } of log) {
    const text = type === 'refused' ? `${way}: 401, nobody is logged in` : TEXTS[`${way} ${type}`]
    if (text === undefined) continue
    const index = lines.findLastIndex((line) => line.text === text && line.user === user)
    const before =
      way === 'poll' && lines.slice(index).every((line) => line.user === user) ? lines[index] : undefined
    if (before === undefined) lines.push({ number, user, text, times: 1 })
    else lines[index] = { ...before, times: before.times + 1 }
  }
  return lines.toReversed()
}
