import { z } from 'zod'
import { useControlState } from '../server/use-control-state.ts'

const LogEvent = z.object({
  number: z.number(),
  way: z.enum(['session', 'socket', 'events', 'poll', 'profile']),
  type: z.enum(['logged-in', 'logging-out', 'logged-out', 'arrived', 'ended', 'received', 'refused']),
  user: z.string().optional(),
})
const ServerLog = z.object({
  open: z.array(z.object({ way: z.string(), user: z.string() })),
  log: z.array(LogEvent),
})
export type ServerLog = z.infer<typeof ServerLog>

const INTERVAL_MS = 400

const emptyLog: ServerLog = { open: [], log: [] }

/** The connections and requests of a session, as recorded by the server. */
export function useServerLog(session: string): ServerLog {
  return useControlState(`accounts?session=${session}`, ServerLog, INTERVAL_MS) ?? emptyLog
}

/** An entry of the list. */
export interface Entry {
  readonly number: number
  readonly user: string | undefined
  readonly text: string
  /** Number of equal events in a row. */
  readonly count: number
}

const TEXTS: Readonly<Record<string, string>> = {
  'session logged-in': 'logged in',
  'session logging-out': 'sent the log-out request',
  'session logged-out': 'logged out',
  'socket arrived': 'WebSocket opened',
  'socket ended': 'WebSocket closed',
  'events arrived': 'event stream opened',
  'events ended': 'event stream closed',
  'poll arrived': 'long-poll request',
  'profile arrived': 'GET /mine/profile',
}

/** The events as text, the newest first. Equal polls in a row are one entry. */
export function entriesOf({ log }: ServerLog): readonly Entry[] {
  const entries: Entry[] = []
  for (const { number, way, type, user } of log) {
    const text = type === 'refused' ? `${way}: 401, no user is logged in` : TEXTS[`${way} ${type}`]
    if (text === undefined) continue
    const index = entries.findLastIndex((entry) => entry.text === text && entry.user === user)
    const before =
      way === 'poll' && entries.slice(index).every((entry) => entry.user === user)
        ? entries[index]
        : undefined
    if (before === undefined) entries.push({ number, user, text, count: 1 })
    else entries[index] = { ...before, count: before.count + 1 }
  }
  return entries.toReversed()
}
