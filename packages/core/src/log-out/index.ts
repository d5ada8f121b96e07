import type { FullEnvironment } from '../platform/environment.ts'
import { platformEnvironment, resolveEnvironment } from '../platform/browser.ts'
import { TautlineError } from '../shared/errors.ts'
import type { FetchCache } from '../fetch/index.ts'
import { forgetPageTokens } from '../http/token-owners.ts'
import { type LogOutScope, forgetScope, pauseForLogOut } from '../observer/log-out-registry.ts'

/** The options of `forgetUser()`: which data to forget. Without options it forgets the data of all users. */
export interface ForgetUserOptions {
  /** Only the data with exactly this `key`, of a hook or of the provider: for a page or server with several users. */
  readonly key?: string | undefined
  /** Only the requests that use this cache. */
  readonly cache?: FetchCache | undefined
  /** Only the data of this environment. */
  readonly environment?: Partial<FullEnvironment> | undefined
}

/**
 * Forgets the data of a user who logs out.
 *
 * - It closes all connections, streams over POST included.
 * - It aborts the requests of `useFetch` that only read. Writes in flight continue, because the log-out request may be
 *   one of them, but they are not retried: a retry would be sent as the next user. Writes that wait for a retry, or
 *   that are not sent before the log-out ends, are aborted and reported to `onError`.
 * - It deletes all responses, cursors, unsent messages, reduced data and tokens.
 * - Mounted hooks return to their initial state and start again for the next user. Non-idempotent requests, such as a
 *   POST stream, stay idle.
 *
 * It affects only the page or worker that calls it. Notify other tabs, and call it there. Only a cache with a store
 * (`localStorageStore`, `indexedDbStore`) forgets its responses in all tabs, and what is stored.
 *
 * @param until the promise of the application's log-out request. Until it settles, nothing connects and no request is
 * sent automatically. Give it a time limit: a promise that never settles stops all hooks
 * @returns a promise that is fulfilled when mounted hooks start again and stored responses are removed; it never rejects
 * @throws TautlineError `bad-option` on a server without `key` or `cache`, because a server has other users too
 *
 * @example
 * await forgetUser(fetch('/logout', { method: 'POST', signal: AbortSignal.timeout(10_000) }))
 */
export function forgetUser(until?: PromiseLike<unknown>, options: ForgetUserOptions = {}): Promise<void> {
  const scope = toScope(options)
  const resume = pauseForLogOut(scope)
  let removing: Promise<unknown>
  try {
    removing = forgetAll(scope, until === undefined)
  } catch (error) {
    resume()
    throw error
  }
  if (until === undefined) {
    resume()
    return removing.then(() => undefined)
  }
  const end = async () => {
    // A response to a request sent in the meantime may belong to either user.
    try {
      removing = forgetAll(scope, true)
    } finally {
      resume()
    }
    await removing
  }
  return Promise.resolve(until).then(end, end)
}

/** Forgets tokens and data. Tokens are forgotten for all users of the environment: the others request new ones. */
function forgetAll(scope: LogOutScope, isLogOutOver: boolean): Promise<unknown> {
  forgetPageTokens(scope.environment)
  return forgetScope(scope, isLogOutOver)
}

function toScope({ key, cache, environment: environmentOption }: ForgetUserOptions): LogOutScope {
  const environment = environmentOption && resolveEnvironment(environmentOption)
  const { isServer } = environment ?? platformEnvironment()
  if (isServer && key === undefined && cache === undefined) {
    const text = 'forgetUser() would forget the data of all users of this server. Set `key` or `cache`.'
    throw new TautlineError('bad-option', text, { option: 'key' })
  }
  return { key, cache, environment }
}
