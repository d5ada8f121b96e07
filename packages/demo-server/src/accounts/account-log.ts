import { createBoundedMap } from '../bounded-map.ts'

/** The kind of request or connection. */
export type Way = 'session' | 'socket' | 'events' | 'poll' | 'profile'

/** One event in a session. */
export interface AccountEvent {
  /** The number of the event in its session, from 1. */
  readonly number: number
  readonly way: Way
  /** `arrived`: a connection or request began. `refused`: no user was logged in. `received`: the WebSocket received a message. */
  readonly type: 'logged-in' | 'logging-out' | 'logged-out' | 'arrived' | 'ended' | 'received' | 'refused'
  /** The user that the server recognised. */
  readonly user?: string
  /** The position from which the client wants to resume. */
  readonly cursor?: string
  /** The text of the received message. */
  readonly text?: string
}

/** A connection or request that is still open. */
export interface OpenVisit {
  readonly way: Way
  readonly user: string
}

/** What `GET /control/accounts` returns for a session. */
export interface AccountsView {
  readonly open: readonly OpenVisit[]
  /** The latest events, oldest first. */
  readonly log: readonly AccountEvent[]
}

export interface AccountLog {
  note(session: string, event: Omit<AccountEvent, 'number'>): void
  /** Logs an arrival. The caller calls the returned function when the visit ends. */
  arrive(session: string, visit: OpenVisit, cursor?: string): () => void
  view(session: string): AccountsView
}

const MAX_EVENTS = 500
const MAX_SESSIONS = 200

const createEntry = () => ({ open: new Set<OpenVisit>(), log: [] as AccountEvent[], noted: 0 })

/** Logs the events of each session. It uses nothing of Node, so that it also runs in a page. */
export function createAccountLog(): AccountLog {
  const sessions = createBoundedMap({
    limit: MAX_SESSIONS,
    create: createEntry,
    inUse: ({ open }) => open.size > 0,
  })

  const note: AccountLog['note'] = (session, event) => {
    const entry = sessions.of(session)
    entry.log.push({ number: (entry.noted += 1), ...event })
    if (entry.log.length > MAX_EVENTS) entry.log.shift()
  }

  return {
    note,
    arrive(session, { way, user }, cursor) {
      const visit = { way, user }
      const { open } = sessions.of(session)
      open.add(visit)
      note(session, { ...visit, type: 'arrived', ...(cursor !== undefined && { cursor }) })
      return () => {
        if (open.delete(visit)) note(session, { ...visit, type: 'ended' })
      }
    },
    view(session) {
      const { open, log } = sessions.of(session)
      return { open: [...open], log: [...log] }
    },
  }
}
