import type { TautlineError } from '../../shared/errors.ts'
import type { Attempt, MaybePromise } from '../../shared/attempt.ts'
import type { Environment, PageEvent } from '../../platform/environment.ts'
import type { RequestPolicy } from '../../machine/request-machine.ts'
import type { AnyFetchOptions } from '../options.ts'
import type { Watchdog } from './inactivity-watchdog.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { Progress } from './send-request.ts'
import type { GiveUpEvent, RetryEvent } from '../../shared/hook-events.ts'

/** What one request is to the entry that owns it. */
export interface RequestOwner {
  options(): AnyFetchOptions
  policy(): RequestPolicy
  /** What the next attempt sends. */
  prepare(attempt: Attempt): MaybePromise<PreparedRequest>
  /** This is what is sent now. */
  beforeSend(prepared: PreparedRequest, attempt: number): void
  /** Somebody looks at how far it has come. */
  isProgressTracked(): boolean
  onProgress(progress: Progress): void
  /** @param mayDefer it was no deed of the page's own */
  onStateChange(mayDefer: boolean): void
  onEvent(type: 'retry' | 'give-up', event: RetryEvent | GiveUpEvent): void
  /** Gives it up for all who wait for it. */
  abortForLogOut(): void
  /** It has come to its end; it was answered, unless there is an error. */
  onSettled(error: TautlineError | undefined): void
}

/** What all requests have in common, as one of them sees it. */
export interface RequestHost {
  readonly environment: Environment
  readonly watchdog: Watchdog
  /** The requests that are not over. */
  readonly activeRequests: Set<object>
  /** Whoever joins late is told what is not as usual. */
  listen(listener: (signal: PageEvent) => void): () => void
}
