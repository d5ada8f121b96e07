import { bearer, forgetUser } from '@tautline/core'
import { tautline } from '@tautline/vue'
import { type App, reactive } from 'vue'

declare function storedToken(): string
declare function removeStoredToken(): void
declare function logIn(): never

/** Call it where the app is created. With SSR that is once for each request. */
export function provideAuth(app: App, user: string): void {
  const headers = bearer(async ({ previous }) => {
    if (previous?.code !== 'http') return storedToken()
    const response = await fetch('/session/refresh', { method: 'POST' })
    if (!response.ok) return logIn()
    const { token } = (await response.json()) as { token: string } // our own server sends it
    return token
  })
  app.use(tautline, reactive({ key: user, fetch: { headers } }))
}

/** Has a time limit of ten seconds, because the page cannot connect until this promise settles. */
async function endSession(): Promise<void> {
  const response = await fetch('/session', { method: 'DELETE', signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`The server did not end the session: status ${response.status}`)
}

export function signOut(): Promise<void> {
  removeStoredToken() // otherwise the function would return it for the next user
  return forgetUser(endSession())
}
