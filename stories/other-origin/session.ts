import { bearer, forgetUser } from '@tautline/core'
import type { Fetch } from '../requests/observed-fetch.ts'
import { type Store, createStore } from '../ui/store.ts'

/** The user, or why there is none. */
export interface SessionState {
  readonly user?: string
  readonly notice?: string
}

/** A log-in at an API on another origin, with an access token that a refresh token renews. */
export interface Session extends Store<SessionState> {
  logIn(user: string): Promise<void>
  logOut(notice?: string): void
  /** The access token, only for the button that expires it. */
  token(): string | undefined
  /** For the option `headers`. */
  readonly auth: ReturnType<typeof bearer>
}

export function createSession(api: string, send: Fetch): Session {
  const state = createStore<SessionState>({})
  let token: string | undefined

  /** Gets an access token. In an application the refresh token is a cookie, sent with `credentials: 'include'`. */
  async function refresh(user: string): Promise<string> {
    const response = await send(`${api}/session/refresh?subject=${user}`, { method: 'POST' })
    if ([400, 401, 403].includes(response.status)) logOut('The session has ended. Log in again.')
    if (!response.ok) throw new Error(`The API refused a new token: status ${response.status}`)
    const body = (await response.json()) as { readonly token: string } // as the API documents it
    return (token = body.token)
  }

  function logOut(notice?: string): void {
    token = undefined // otherwise the function below would return it for the next user
    state.set({ ...(notice !== undefined && { notice }) })
    void forgetUser()
  }

  return {
    subscribe: state.subscribe,
    getSnapshot: state.getSnapshot,
    async logIn(user) {
      await refresh(user)
      state.set({ user })
    },
    logOut,
    token: () => token,
    auth: bearer(({ previous }) => {
      const isRejected = previous?.code === 'http' && previous.status === 401
      if (token !== undefined && !isRejected) return token
      const { user } = state.getSnapshot()
      if (user === undefined) throw new Error('No user is logged in')
      return refresh(user)
    }),
  }
}
