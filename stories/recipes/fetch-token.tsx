import { bearer, forgetUser } from '@tautline/core'
import { TautlineProvider } from '@tautline/react'
import type { ReactNode } from 'react'

declare function storedToken(): string
declare function removeStoredToken(): void
declare function logIn(): never

/**
 * Created once, outside of the components. It stores one token for each `key`, and after a 401 it
 * gets a new one once for all waiting requests.
 */
const auth = bearer(async ({ previous }) => {
  if (previous?.code !== 'http') return storedToken()
  const response = await fetch('/session/refresh', { method: 'POST' })
  if (!response.ok) return logIn()
  const { token } = (await response.json()) as { token: string } // our own server sends it
  return token
})

/** The key identifies the user in every hook, although all users have the same headers function. */
export function App({ user, children }: { readonly user: string; readonly children: ReactNode }) {
  return <TautlineProvider options={{ key: user, fetch: { headers: auth } }}>{children}</TautlineProvider>
}

/** Has a time limit of ten seconds, because the page cannot connect until this promise settles. */
async function endSession(): Promise<void> {
  const response = await fetch('/session', { method: 'DELETE', signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`The server did not end the session: status ${response.status}`)
}

/**
 * Forgets responses, connections and the token at once, and connects to nothing until the server
 * has ended the session. Show the log-in page then.
 */
export function signOut(): Promise<void> {
  removeStoredToken() // otherwise the function would return it for the next user
  return forgetUser(endSession())
}
