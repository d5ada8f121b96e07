import { randomUUID } from 'node:crypto'
import { type IncomingHttpHeaders } from 'node:http'
import { tokenOf } from '../bearer.ts'
import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { type AccountLog, createAccountLog, type Way } from './account-log.ts'

/** The parts of a request that identify its user. */
export interface Caller {
  readonly headers: IncomingHttpHeaders
  readonly parameters: Fields
  /** The subprotocols that the client offers. `user.Ada` names the user Ada. */
  readonly protocols?: readonly string[]
}

/** A request of a known user. */
export interface Visit {
  readonly user: string
  /** Logs the arrival. The caller calls the returned function when the visit ends. */
  begin(cursor?: string): () => void
  received(text: string): void
}

export interface Accounts {
  readonly log: AccountLog
  /** Identifies the user. @throws Problem 401 when no user is logged in */
  admit(caller: Caller, way: Way): Visit
  /** Begins a session, ends the previous one of the caller, and returns the new cookie. @throws Problem */
  logIn(caller: Caller, user: string): string
  /** Ends the session once `ready` is fulfilled, and returns a cookie that deletes the old one. @throws Problem */
  logOut(caller: Caller, ready: Promise<unknown>): Promise<string>
}

const NAME = /^[A-Za-z]{1,40}$/
/** Above this limit the oldest user is logged out. */
const MAX_SESSIONS = 1_000

const PROTOCOL = 'user.'

/** Reads the name of the session. Each session has its own cookie and its own log. @throws Problem */
export function readSession(parameters: Fields): string {
  const session = parameters.text('session', { min: 1, max: 60 }, 'default')
  if (/^[\w.-]+$/.test(session)) return session
  throw new Problem(
    400,
    'bad-input',
    '"session" may contain letters, digits, dots, hyphens and underscores',
    'session',
  )
}

/** @throws Problem */
export function readUser(fields: Fields): string {
  const user = fields.text('user', { min: 1, max: 40 })
  if (NAME.test(user)) return user
  throw new Problem(400, 'bad-input', '"user" must be 1 to 40 letters', 'user')
}

const cookieName = (session: string): string => `session-${session}`

/** Builds a cookie that scripts and other sites cannot use. Another port counts as the same site. */
const cookieOf = (session: string, value: string, extra = ''): string =>
  `${cookieName(session)}=${value}; Path=/; HttpOnly; SameSite=Lax${extra}`

function readSessionId({ headers, parameters }: Caller): string {
  const name = cookieName(readSession(parameters))
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([key]) => key === name)?.[1] ?? ''
}

/** The user that the caller names; undefined when only its cookie identifies it. */
function readNamedUser({ headers, parameters, protocols = [] }: Caller): string | undefined {
  if (headers.authorization !== undefined) return tokenOf({ headers })
  const protocol = protocols.find((offered) => offered.startsWith(PROTOCOL))
  if (protocol !== undefined) return protocol.slice(PROTOCOL.length)
  return parameters.has('user') ? parameters.text('user', { min: 0, max: 40 }) : undefined
}

/** Manages who is logged in, and logs what they do. A bearer token is just the user's name, so nothing here is secret. */
export function createAccounts(): Accounts {
  const users = new Map<string, string>()
  const log = createAccountLog()

  function findUser(caller: Caller): string | undefined {
    const userName = readNamedUser(caller)
    if (userName !== undefined) return NAME.test(userName) ? userName : undefined
    return users.get(readSessionId(caller))
  }

  return {
    log,
    admit(caller, way) {
      const session = readSession(caller.parameters)
      const user = findUser(caller)
      if (user === undefined) {
        log.note(session, { way, type: 'refused' })
        throw new Problem(401, 'unauthorized', 'No user is logged in. Use POST /session')
      }
      return {
        user,
        begin: (cursor) => log.arrive(session, { way, user }, cursor),
        received: (text) => log.note(session, { way, type: 'received', user, text }),
      }
    },
    logIn(caller, user) {
      const session = readSession(caller.parameters)
      users.delete(readSessionId(caller))
      const [oldest] = users.keys()
      if (oldest !== undefined && users.size >= MAX_SESSIONS) users.delete(oldest)
      const id = randomUUID()
      users.set(id, user)
      log.note(session, { way: 'session', type: 'logged-in', user })
      return cookieOf(session, id)
    },
    async logOut(caller, ready) {
      const session = readSession(caller.parameters)
      const id = readSessionId(caller)
      const user = users.get(id)
      const note = (type: 'logging-out' | 'logged-out'): void =>
        log.note(session, { way: 'session', type, ...(user !== undefined && { user }) })
      note('logging-out')
      await ready
      users.delete(id)
      note('logged-out')
      return cookieOf(session, '', '; Max-Age=0')
    },
  }
}
