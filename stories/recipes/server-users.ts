import { createFetch, createFetchCache, createWebSocket, forgetUser, json } from '@tautline/core'

interface User {
  readonly id: string
  readonly token: string
}

declare function endSession(user: User): Promise<void>

const API = 'https://api.example.com'
const codec = json<{ readonly name: string }>()

/** One connection for each user, however many of the user's requests watch it: on a server the key alone says who shares. */
export const alertsOf = (user: User) =>
  createWebSocket(`${API}/alerts`, { key: user.id, protocols: ['v1.alerts', `bearer.${user.token}`] })

/** One cache for each page that is rendered: what two components ask for is requested once, and goes to nobody else. */
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
