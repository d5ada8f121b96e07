import type { TautlineError } from '../../shared/errors.ts'
import type { Attempt, MaybePromise } from '../../shared/attempt.ts'
import type { Environment } from '../../platform/environment.ts'
import type { PageEvents } from '../../platform/page-events.ts'
import type { RequestPolicy } from '../../machine/request-machine.ts'
import type { AnyFetchOptions } from '../options.ts'
import type { Watchdog } from './inactivity-watchdog.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { Progress } from './send-request.ts'
import type { GiveUpEvent, RetryEvent } from '../../shared/hook-events.ts'

/** The owner of a request: its cache entry. */
export interface RequestOwner {
  options(): AnyFetchOptions
  policy(): RequestPolicy
  /** Prepares the next attempt. */
  prepare(attempt: Attempt): MaybePromise<PreparedRequest>
  /** Called right before a prepared request is sent. */
  beforeSend(prepared: PreparedRequest, attempt: number): void
  /** Whether a component reads `progress`. */
  isProgressTracked(): boolean
  onProgress(progress: Progress): void
  /** @param mayDefer false after a command: observers are notified at once */
  onStateChange(mayDefer: boolean): void
  onEvent(type: 'retry' | 'give-up', event: RetryEvent | GiveUpEvent): void
  /** Aborts the request for all observers. */
  abortForLogOut(): void
  /** Called when the request has ended, with its error if it failed. */
  onSettled(error: TautlineError | undefined): void
}

/** The part of the cache context that requests use. */
export interface RequestHost extends Pick<PageEvents, 'listen'> {
  readonly environment: Environment
  readonly watchdog: Watchdog
  /** Requests that have not ended. */
  readonly activeRequests: Set<object>
}
