import { forgetUser } from '@tautline/core'
import { useEffect, useState } from 'react'

/** Who uses the page. */
export type Account =
  | { readonly phase: 'nobody' }
  | { readonly phase: 'changing'; readonly text: string }
  | { readonly phase: 'user'; readonly user: string }

export interface AccountCommands {
  readonly account: Account
  logIn(user: string): Promise<void>
  logOut(slow: number): Promise<void>
}

/** Cookies go along to another port, but not to another host: `localhost` is not 127.0.0.1. */
export const sameSite = (url: string): string =>
  location.hostname === 'localhost' ? url.replace('//127.0.0.1', '//localhost') : url

/** The application's own log-in and log-out, over an HttpOnly cookie. */
export function useAccount(origin: string, session: string): AccountCommands {
  const [account, setAccount] = useState<Account>({ phase: 'nobody' })
  const url = `${origin}/session?session=${session}`

  /** Everything of the last user is forgotten, and nothing is asked for until the server is done. */
  async function change(text: string, work: Promise<Response>, next: Account): Promise<void> {
    setAccount({ phase: 'changing', text })
    await forgetUser(work)
    const isDone = await work.then(
      ({ ok }) => ok,
      () => false,
    )
    setAccount(isDone ? next : { phase: 'nobody' })
  }

  // A story that is left logs out, so that no cookie is left behind.
  useEffect(
    () => () => void fetch(url, { method: 'DELETE', credentials: 'include' }).catch(() => undefined),
    [url],
  )

  return {
    account,
    logIn: (user) => {
      const body = JSON.stringify({ user })
      const work = fetch(url, { method: 'POST', body, credentials: 'include' })
      return change(`Logging in as ${user}`, work, { phase: 'user', user })
    },
    logOut: (slow) => {
      const work = fetch(`${url}&slow=${slow}`, { method: 'DELETE', credentials: 'include' })
      return change('Logging out', work, { phase: 'nobody' })
    },
  }
}
