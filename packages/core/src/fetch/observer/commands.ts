import { TautlineError } from '../../shared/errors.ts'
import { toInitialData } from './data-observer.ts'
import { EntryObserver } from './entry-observer.ts'
import { type AnyFetchOptions, type ExecuteOptions, validateFetchOptions, isSafe } from '../options.ts'
import { withDefaults } from '../request/merge-options.ts'
import type { ObserverSource } from '../cache/types.ts'
import { KEY_OPTIONS, UNSHARED, isSameRequestKey, isSameSource, noUrlError } from '../request/request-key.ts'
import type { FetchSnapshot } from '../types.ts'
import { mayHaveChanged } from '../../connection/identity.ts'
import { warnAboutOptions } from '../../platform/option-warnings.ts'
import { isPausedForLogOut } from '../../observer/log-out-registry.ts'
import type { UrlOption } from '../../shared/attempt.ts'

export { mutate } from './mutate.ts'

/** Sends a request now, with these options over those of the observer. */
export function execute(observer: EntryObserver, given: ExecuteOptions = {}): Promise<unknown> {
  try {
    // Detects headers that were changed in place: they may be another user's.
    observer.setOptions(observer.own.url, observer.given)
    const overrides = typeof given === 'function' ? given(observer.given) : given
    warnAboutOptions('execute()', overrides)
    const { signal } = overrides
    if (signal?.aborted) throw new TautlineError('aborted', 'The request was aborted', { by: 'user' })
    const url = overrides.url ?? observer.own.url
    const options = observer.withOverrides(url, overrides)
    validateFetchOptions(options)
    observer.forgetIfLoggedOut()
    observer.executedAt = observer.environment.now()
    if (isSafe(options) && isPausedForLogOut(observer)) return fetchUnshown(url, options, signal)
    // A write is a new request each time.
    const key = isSafe(options) ? observer.computeKey(url, options) : url ? UNSHARED : undefined
    if (!key) throw noUrlError()
    const { shown } = observer
    if (key === UNSHARED || !isSameRequestKey(key, shown.key) || !isSameSource({ url, options }, shown))
      observer.showExecuted({ url, options, key, entry: undefined, overrides })
    else if (observer.shouldFetchAlone) observer.detach()
    return startFetch(observer, { url, options, key, initiator: observer }, signal)
  } catch (error) {
    return ignoreRejection(Promise.reject<unknown>(error))
  }
}

/** Sends a request during a log-out. It is not known to which user the response belongs, so no component shows it. */
function fetchUnshown(
  url: UrlOption,
  { onMessage: _, onError, ...options }: AnyFetchOptions,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const observer = new EntryObserver(url, { ...options, onError }, false)
  observer.showExecuted({ url, options, key: UNSHARED, entry: undefined })
  return startFetch(observer, { url, options, key: UNSHARED, initiator: observer }, signal)
}

function startFetch(
  observer: EntryObserver,
  source: ObserverSource,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const entry = observer.subscribeToEntry()
  if (!entry) return Promise.resolve()
  const { promise, cancel } = entry.fetch(observer, source)
  observer.notify(false)
  const onAbort = () => {
    // Others may wait for the same response, and the observer may have another target by now.
    const releasedEntry = cancel()
    if (releasedEntry && observer.entry === releasedEntry) abort(observer)
    else releasedEntry?.abortIfUnused()
  }
  signal?.addEventListener('abort', onAbort)
  const cleanup = promise.finally(() => {
    signal?.removeEventListener('abort', onAbort)
    // Without listeners, only this promise has kept the observer subscribed to its entry.
    if (observer.hasListeners) return
    observer.keepUntilSubscribed()
    observer.entry?.removeIfSettled(observer)
  })
  void ignoreRejection(cleanup)
  return promise
}

/** Aborts the request. If it was one of `execute` without a response yet, the observer shows its own target again. */
export function abort(observer: EntryObserver): void {
  const { entry } = observer
  entry?.abortFor(observer)
  if (observer.isOwnShown || entry?.cached.exists) return
  observer.restoreOwnTarget()
  observer.notify(false)
}

/** Shows the own target again instead of what `execute` has requested: a write is idle. A write in flight continues. */
export function reset(observer: EntryObserver): void {
  if (observer.isOwnShown) return
  observer.restoreOwnTarget()
  observer.notify(false)
}

/** Marks a rejection as handled, since `error` and `onError` have it too. */
function ignoreRejection<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {})
  return promise
}

/** Returns the snapshot for a URL and options that are not committed yet. Undefined if they name the same request. */
export function preview(
  observer: EntryObserver,
  url: UrlOption,
  options: AnyFetchOptions,
): FetchSnapshot<unknown> | undefined {
  const { own, given } = observer
  if (url === own.url && !mayHaveChanged(KEY_OPTIONS, given, options)) return undefined
  const merged = withDefaults(url, options, observer.environment)
  const key = observer.computeKey(url, merged)
  if (isSameRequestKey(key, own.key)) return undefined
  const probe = new EntryObserver(url, options, true)
  probe.givenData = toInitialData(options.initialData, probe.own.key, observer.givenData)
  const next = probe.currentSnapshot()
  observer.currentSnapshot()
  const previous = next.data === undefined ? observer.previousFor({ key, options: merged }) : undefined
  return previous && !previous.isHidden ? Object.freeze({ ...next, data: previous.data }) : next
}
