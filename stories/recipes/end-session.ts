import { forgetUser } from '@tautline/core'

/** The promise of your log-out needs a time limit, because nothing connects until it settles. */
export const logOut = (): Promise<void> =>
  forgetUser(fetch('/session', { method: 'DELETE', signal: AbortSignal.timeout(10_000) }))
