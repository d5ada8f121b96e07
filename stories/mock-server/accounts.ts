import { HttpResponse, http } from 'msw'
import { z } from 'zod'
import { type Way, createAccountLog } from '../../packages/demo-server/src/accounts/account-log.ts'
import { cursorOf, numberOf } from '../../packages/demo-server/src/accounts/cursor.ts'
import { Problem } from '../../packages/demo-server/src/problem.ts'
import { MOCK_URL } from '../server/story-server.ts'
import { type RestExchange, jsonResponse, restEndpoint, withEtag } from './rest.ts'
import { streamEndpoint } from './streams.ts'
import { endpoint } from './sockets.ts'

/** The logged-in user of each session. The session's name replaces the cookie, which a page cannot set for another host. */
const users = new Map<string, string>()
const log = createAccountLog()

const sessionOf = (query: URLSearchParams): string => query.get('session') ?? 'default'
const intervalOf = (query: URLSearchParams): number => Number(query.get('every') ?? 300)
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Finds the user of a session. @throws Problem 401 if no user is logged in */
function authenticate(query: URLSearchParams, way: Way) {
  const session = sessionOf(query)
  const user = users.get(session)
  if (user === undefined) {
    log.note(session, { way, type: 'refused' })
    throw new Problem(401, 'unauthorized', 'No user is logged in. Use POST /session')
  }
  return { user, begin: (cursor?: string) => log.arrive(session, { way, user }, cursor) }
}

const LogIn = z.object({ user: z.string() })

const logIn = restEndpoint('post', '/session', async ({ request, query }) => {
  const { user } = LogIn.parse(await request.json())
  users.set(sessionOf(query), user)
  log.note(sessionOf(query), { way: 'session', type: 'logged-in', user })
  return jsonResponse({ user })
})

const logOut = restEndpoint('delete', '/session', async ({ query }) => {
  const session = sessionOf(query)
  const user = users.get(session)
  const entry = { way: 'session', ...(user !== undefined && { user }) } as const
  log.note(session, { ...entry, type: 'logging-out' })
  await wait(Number(query.get('slow') ?? 0))
  users.delete(session)
  log.note(session, { ...entry, type: 'logged-out' })
  return { status: 204 }
})

const socket = endpoint('/mine/socket', (connection) => {
  const { query } = connection
  const user = users.get(sessionOf(query))
  if (user === undefined) return connection.close(1006)
  const end = log.arrive(sessionOf(query), { way: 'socket', user })
  let number = 0
  const tick = (): void => connection.sendJson({ user, number: (number += 1) })
  const timer = setInterval(tick, intervalOf(query))
  connection.onText((text) => {
    log.note(sessionOf(query), { way: 'socket', type: 'received', user, text })
    connection.sendJson({ user, echo: text })
  })
  connection.onClosed(() => {
    clearInterval(timer)
    end()
  })
  tick()
})

/** Refuses a stream without a user. If it returns nothing, the next handler responds. */
const refuseEvents = http.get(`${MOCK_URL}/mine/events`, ({ request }) => {
  const session = sessionOf(new URL(request.url).searchParams)
  if (users.has(session)) return undefined
  log.note(session, { way: 'events', type: 'refused' })
  return new HttpResponse(null, { status: 401 })
})

const events = streamEndpoint('get', '/mine/events', (stream, request) => {
  const cursor = request.headers.get('last-event-id') ?? undefined
  const { user, begin } = authenticate(stream.query, 'events')
  const end = begin(cursor)
  let number = numberOf(user, cursor)
  const tick = (): void => {
    number += 1
    stream.send({ id: cursorOf(user, number), data: JSON.stringify({ user, number }) })
  }
  const timer = setInterval(tick, intervalOf(stream.query))
  stream.onClosed(() => {
    clearInterval(timer)
    end()
  })
  tick()
})

const poll = restEndpoint('get', '/mine/poll', async ({ query }) => {
  const since = query.get('since') ?? undefined
  const { user, begin } = authenticate(query, 'poll')
  const end = begin(since)
  const before = numberOf(user, since)
  if (before > 0) await wait(intervalOf(query))
  end()
  const number = before + 1
  return jsonResponse({ user, number, next: cursorOf(user, number) }, { 'Cache-Control': 'no-store' })
})

const profile = restEndpoint('get', '/mine/profile', ({ query }: RestExchange) => {
  const { user, begin } = authenticate(query, 'profile')
  const end = begin()
  end()
  const body = { user, email: `${user.toLowerCase()}@example.com` }
  return withEtag(jsonResponse(body, { 'Cache-Control': 'private, max-age=60' }))
})

const accountLog = restEndpoint('get', '/control/accounts', ({ query }) =>
  jsonResponse(log.view(sessionOf(query))),
)

export const accountEndpoints = [logIn, logOut, socket, refuseEvents, events, poll, profile, accountLog]
