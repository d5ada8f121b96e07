import { createFetch, createFetchCache, createWebSocket, forgetUser, json } from '@tautline/core'

interface User {
  readonly id: string
  readonly token: string
}

declare function freshToken(user: User, signal: AbortSignal): Promise<string>
/** Your own function. It needs a time limit, because `forgetUser` waits for it. */
declare function endSession(user: User): Promise<void>

const API = 'https://api.example.com'
const codec = json<{ readonly name: string }>()

/**
 * One connection per user, shared by all requests of the user, because the key and the rest of
 * the identity are equal.
 */
export const alertsOf = (user: User) =>
  createWebSocket(`${API}/alerts`, {
    key: user.id,
    // A function, because a new token as a value would open another connection.
    protocols: async ({ signal }) => ['v1.alerts', `bearer.${await freshToken(user, signal)}`],
  })

/**
 * One cache for each incoming request: its components share responses, and other users cannot get
 * them.
 */
export async function load(user: User): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${user.token}` }
  const options = { codec, headers, key: user.id, cache: createFetchCache() }
  const [me, team] = await Promise.all([
    createFetch(`${API}/me`, options).execute(),
    createFetch(`${API}/team`, options).execute(),
  ])
  return [me.name, team.name]
}

/** On a server `forgetUser` requires a key, because the process has data of other users too. */
export const logOut = (user: User): Promise<void> => forgetUser(endSession(user), { key: user.id })
