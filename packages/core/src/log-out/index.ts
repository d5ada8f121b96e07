import type { Environment } from '../platform/environment.ts'
import { browserEnvironment, resolveEnvironment } from '../platform/browser.ts'
import { TautlineError } from '../shared/errors.ts'
import type { FetchCache } from '../fetch/index.ts'
import { endSession } from '../http/token-sessions.ts'
import { type LogOutScope, forgetScope, pauseForLogOut } from '../observer/log-out-registry.ts'

/** Whose data `forgetUser` forgets; without options that of everybody, which in a page is the one user there is. */
export interface ForgetUserOptions {
  /** Only what has exactly this `key`, the hook's own or the provider's: one of several users of a page, or of a server. */
  readonly key?: string | undefined
  /** Only the requests over this cache. */
  readonly cache?: FetchCache | undefined
  /** Only what runs in this environment. */
  readonly environment?: Partial<Environment> | undefined
}

/**
 * Forgets a user who logs out, in one call. It closes every connection, streams over POST included. Of the requests of `useFetch` it aborts those that
 * only read. Writes that are on their way go on, so that the log-out request itself can be one of them, and are not sent again: a retry would be the
 * next user's. Writes that wait for a retry, or have not been sent when the log-out is over, are aborted, and `onError` is told. It drops every response, cursor, unsent message, reduced value and
 * token. Mounted hooks show what they show at the start, and begin anew for the next user. What must not be repeated, such as a POST stream, stays idle.
 * It reaches only the page or worker that calls it: tell other tabs, and call it there.
 *
 * @param until the promise of the application's own log-out. Until it settles nothing connects and nothing is requested by itself, so that
 * nothing comes back as the old user. One that never settles stops the page: give it a time limit
 * @returns a promise that is fulfilled when mounted hooks begin anew; it is never rejected
 * @throws TautlineError `bad-option` on a server without `key` or `cache`, since other users' data are there, too
 *
 * @example
 * await forgetUser(fetch('/logout', { method: 'POST', signal: AbortSignal.timeout(10_000) }))
 */
export function forgetUser(until?: PromiseLike<unknown>, options: ForgetUserOptions = {}): Promise<void> {
  const scope = toScope(options)
  const resume = pauseForLogOut(scope)
  try {
    forgetAll(scope, until === undefined)
  } catch (error) {
    resume()
    throw error
  }
  if (until === undefined) {
    resume()
    return Promise.resolve()
  }
  const end = () => {
    // What was asked for explicitly in the meantime may have been answered for either user.
    try {
      forgetAll(scope, true)
    } finally {
      resume()
    }
  }
  return Promise.resolve(until).then(end, end)
}

/** A token that is forgotten without need is asked for again: so each log-out ends the page's sessions. */
function forgetAll(scope: LogOutScope, isLogOutOver: boolean): void {
  endSession(scope.environment)
  forgetScope(scope, isLogOutOver)
}

function toScope({ key, cache, environment: environmentOption }: ForgetUserOptions): LogOutScope {
  const environment = environmentOption && resolveEnvironment(environmentOption)
  const { isServer } = environment ?? browserEnvironment()
  if (isServer && key === undefined && cache === undefined) {
    const text = 'forgetUser() needs the option `key` or `cache` on a server: other users are there, too'
    throw new TautlineError('bad-option', text, { option: 'key' })
  }
  return { key, cache, environment }
}
