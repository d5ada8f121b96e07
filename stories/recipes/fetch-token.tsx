import { bearer, createFetchCache, isTautlineError } from '@tautline/core'
import { TautlineProvider } from '@tautline/react'
import type { ReactNode } from 'react'

declare function storedToken(): string
declare function signIn(): never

const cache = createFetchCache()

/** Made once, beside the components. After a 401 it is asked once, for all requests that were refused with the same token. */
const auth = bearer(async ({ previous }) => {
  if (!isTautlineError(previous, 'http')) return storedToken()
  const answer = await fetch('/session/refresh', { method: 'POST' })
  if (!answer.ok) return signIn()
  const { token } = (await answer.json()) as { token: string } // what our own server says
  return token
})

export function App({ children }: { readonly children: ReactNode }) {
  return <TautlineProvider options={{ fetch: { headers: auth, cache } }}>{children}</TautlineProvider>
}

/** What was kept belongs to its token, so that nobody else sees it; it need not stay in memory all the same. */
export function signOut(): void {
  auth.forget()
  cache.clear()
}
