import { createFetch, createFetchCache, createWebSocket, forgetUser, json } from '@tautline/core'

interface User {
  readonly id: string
  readonly token: string
}

declare function freshToken(user: User, signal: AbortSignal): Promise<string>
/** Your own: it should give up after some seconds, since `forgetUser` waits for it. */
declare function endSession(user: User): Promise<void>

const API = 'https://api.example.com'
const codec = json<{ readonly name: string }>()

/** One connection for each user, however many of the user's requests watch it: it has a key, and the rest of the identity is equal. */
export const alertsOf = (user: User) =>
  createWebSocket(`${API}/alerts`, {
    key: user.id,
    // A function: a renewed token that is given as a value would be another connection.
    protocols: async ({ signal }) => ['v1.alerts', `bearer.${await freshToken(user, signal)}`],
  })

/** One cache for each request that you answer: what two components ask for is requested once, and goes to nobody else. */
export async function load(user: User): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${user.token}` }
  const options = { codec, headers, key: user.id, cache: createFetchCache() }
  const [me, team] = await Promise.all([
    createFetch(`${API}/me`, options).execute(),
    createFetch(`${API}/team`, options).execute(),
  ])
  return [me.name, team.name]
}

/** Without a key it throws: other users' data are in this process, too. */
export const logOut = (user: User): Promise<void> => forgetUser(endSession(user), { key: user.id })
