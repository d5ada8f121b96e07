import { forgetUser } from '@tautline/core'
import { useEffect, useState } from 'react'

/** The user of the page. */
export type Account =
  | { readonly phase: 'logged-out' }
  | { readonly phase: 'pending'; readonly text: string }
  | { readonly phase: 'logged-in'; readonly user: string }

export interface AccountCommands {
  readonly account: Account
  logIn(user: string): Promise<void>
  logOut(delayMs: number): Promise<void>
}

/** Browsers send a cookie to every port of a host, but not to another host, and `localhost` and 127.0.0.1 are different hosts. */
export const sameSite = (url: string): string =>
  location.hostname === 'localhost' ? url.replace('//127.0.0.1', '//localhost') : url

/** Log-in and log-out of the application, with an HttpOnly cookie. */
export function useAccount(origin: string, session: string): AccountCommands {
  const [account, setAccount] = useState<Account>({ phase: 'logged-out' })
  const url = `${origin}/session?session=${session}`

  /** Forgets all data of the previous user, and lets no hook connect until the server has responded. */
  async function change(text: string, work: Promise<Response>, next: Account): Promise<void> {
    setAccount({ phase: 'pending', text })
    await forgetUser(work)
    const isDone = await work.then(
      ({ ok }) => ok,
      () => false,
    )
    setAccount(isDone ? next : { phase: 'logged-out' })
  }

  // Logs out when the story unmounts, so that no cookie stays.
  useEffect(
    () => () => void fetch(url, { method: 'DELETE', credentials: 'include' }).catch(() => undefined),
    [url],
  )

  return {
    account,
    logIn: (user) => {
      const body = JSON.stringify({ user })
      const work = fetch(url, { method: 'POST', body, credentials: 'include' })
      return change(`Logging in as ${user}`, work, { phase: 'logged-in', user })
    },
    logOut: (delayMs) => {
      const work = fetch(`${url}&slow=${delayMs}`, { method: 'DELETE', credentials: 'include' })
      return change('Logging out', work, { phase: 'logged-out' })
    },
  }
}
