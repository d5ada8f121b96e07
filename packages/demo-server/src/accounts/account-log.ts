import { createBoundedMap } from '../bounded-map.ts'

/** How a user comes to the server. */
export type Way = 'session' | 'socket' | 'events' | 'poll' | 'profile'

/** One thing that the server saw. */
export interface AccountEvent {
  /** Counts what happened in the session, from 1. */
  readonly number: number
  readonly way: Way
  /** `arrived`: a connection or request begins. `refused`: nobody was logged in. `received`: a message came over the WebSocket. */
  readonly type: 'logged-in' | 'logging-out' | 'logged-out' | 'arrived' | 'ended' | 'received' | 'refused'
  /** Whom the server took it to be from. */
  readonly user?: string
  /** Where it is to go on, as the client says. */
  readonly cursor?: string
  /** What was received. */
  readonly text?: string
}

/** A connection or request that has not ended. */
export interface OpenVisit {
  readonly way: Way
  readonly user: string
}

/** What `GET /control/accounts` says of a session. */
export interface AccountsView {
  readonly open: readonly OpenVisit[]
  /** The latest events, oldest first. */
  readonly log: readonly AccountEvent[]
}

export interface AccountLog {
  note(session: string, event: Omit<AccountEvent, 'number'>): void
  /** Notes an arrival; what it returns is called at its end. */
  arrive(session: string, visit: OpenVisit, cursor?: string): () => void
  view(session: string): AccountsView
}

const MAX_EVENTS = 500
const MAX_SESSIONS = 200

const createEntry = () => ({ open: new Set<OpenVisit>(), log: [] as AccountEvent[], noted: 0 })

/** What happens in each session. It needs nothing of the platform, so that a page can keep one, too. */
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
