import { bearer, forgetUser, isTautlineError } from '@tautline/core'
import { TautlineProvider } from '@tautline/react'
import type { ReactNode } from 'react'

declare function storedToken(): string
declare function logIn(): never

/** Made once, beside the components. After a 401 it is called once, for all requests that were refused with the same token. */
const auth = bearer(async ({ previous }) => {
  if (!isTautlineError(previous, 'http')) return storedToken()
  const response = await fetch('/session/refresh', { method: 'POST' })
  if (!response.ok) return logIn()
  const { token } = (await response.json()) as { token: string } // our own server sends it
  return token
})

/** The key tells users apart in every hook, also where the function of the headers is the same for all of them. */
export function App({ user, children }: { readonly user: string; readonly children: ReactNode }) {
  return <TautlineProvider options={{ key: user, fetch: { headers: auth } }}>{children}</TautlineProvider>
}

/** Forgets responses, connections and the token at once, and connects to nothing until the server has ended the session. */
export function signOut(): Promise<void> {
  return forgetUser(fetch('/session', { method: 'DELETE' }))
}
