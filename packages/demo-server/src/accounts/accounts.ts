import { randomUUID } from 'node:crypto'
import { type IncomingHttpHeaders } from 'node:http'
import { tokenOf } from '../bearer.ts'
import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { type AccountLog, createAccountLog, type Way } from './account-log.ts'

/** What a request says of itself. */
export interface Caller {
  readonly headers: IncomingHttpHeaders
  readonly parameters: Fields
  /** The subprotocols that were offered: `user.Ada` is one way to say who it is. */
  readonly protocols?: readonly string[]
}

/** A request of somebody who is known. */
export interface Visit {
  readonly user: string
  /** Notes the arrival; what it returns is called at the end. */
  begin(cursor?: string): () => void
  received(text: string): void
}

export interface Accounts {
  readonly log: AccountLog
  /** Says who it is. @throws Problem 401 where nobody is logged in */
  admit(caller: Caller, way: Way): Visit
  /** Begins a session, and ends the one that the caller had; returns the cookie. @throws Problem */
  logIn(caller: Caller, user: string): string
  /** Ends the session once `done` is fulfilled; returns the cookie that takes the old one away. @throws Problem */
  logOut(caller: Caller, done: Promise<unknown>): Promise<string>
}

const NAME = /^[A-Za-z]{1,40}$/
/** Of those the oldest is logged out. */
const MAX_SESSIONS = 1_000

const PROTOCOL = 'user.'

/** Several sessions can be had beside each other, each with a cookie and a log of its own. @throws Problem */
export function readSession(parameters: Fields): string {
  const session = parameters.text('session', { min: 1, max: 60 }, 'default')
  if (/^[\w.-]+$/.test(session)) return session
  throw new Problem(400, 'bad-input', '"session" has letters, digits, dots, dashes and underlines', 'session')
}

/** @throws Problem */
export function readUser(fields: Fields): string {
  const user = fields.text('user', { min: 1, max: 40 })
  if (NAME.test(user)) return user
  throw new Problem(400, 'bad-input', '"user" has 1 to 40 letters', 'user')
}

const cookieName = (session: string): string => `session-${session}`

/** Not for scripts, and not for pages of other sites; another port is the same site. */
const cookieOf = (session: string, value: string, extra = ''): string =>
  `${cookieName(session)}=${value}; Path=/; HttpOnly; SameSite=Lax${extra}`

function idOf({ headers, parameters }: Caller): string {
  const name = cookieName(readSession(parameters))
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([key]) => key === name)?.[1] ?? ''
}

/** Whom the caller names, or undefined where it leaves that to its cookie. */
function namedBy({ headers, parameters, protocols = [] }: Caller): string | undefined {
  if (headers.authorization !== undefined) return tokenOf({ headers })
  const protocol = protocols.find((offered) => offered.startsWith(PROTOCOL))
  if (protocol !== undefined) return protocol.slice(PROTOCOL.length)
  return parameters.has('user') ? parameters.text('user', { min: 0, max: 40 }) : undefined
}

/** Who is logged in, and what they do. A bearer token is the user's name: this is no place for secrets. */
export function createAccounts(): Accounts {
  const users = new Map<string, string>()
  const log = createAccountLog()

  function userOf(caller: Caller): string | undefined {
    const named = namedBy(caller)
    if (named !== undefined) return NAME.test(named) ? named : undefined
    return users.get(idOf(caller))
  }

  return {
    log,
    admit(caller, way) {
      const session = readSession(caller.parameters)
      const user = userOf(caller)
      if (user === undefined) {
        log.note(session, { way, type: 'refused' })
        throw new Problem(401, 'unauthorized', 'Nobody is logged in')
      }
      return {
        user,
        begin: (cursor) => log.arrive(session, { way, user }, cursor),
        received: (text) => log.note(session, { way, type: 'received', user, text }),
      }
    },
    logIn(caller, user) {
      const session = readSession(caller.parameters)
      users.delete(idOf(caller))
      const [oldest] = users.keys()
      if (oldest !== undefined && users.size >= MAX_SESSIONS) users.delete(oldest)
      const id = randomUUID()
      users.set(id, user)
      log.note(session, { way: 'session', type: 'logged-in', user })
      return cookieOf(session, id)
    },
    async logOut(caller, done) {
      const session = readSession(caller.parameters)
      const id = idOf(caller)
      const user = users.get(id)
      const note = (type: 'logging-out' | 'logged-out'): void =>
        log.note(session, { way: 'session', type, ...(user !== undefined && { user }) })
      note('logging-out')
      await done
      users.delete(id)
      note('logged-out')
      return cookieOf(session, '', '; Max-Age=0')
    },
  }
}
