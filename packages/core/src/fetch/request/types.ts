import type { Attempt, MaybePromise } from '../../shared/attempt.ts'
import type { Environment, Signal } from '../../platform/environment.ts'
import type { FetchPolicy } from '../../machine/request-machine.ts'
import type { AnyFetchOptions } from '../options.ts'
import type { Watchdog } from './inactivity-watchdog.ts'
import type { Described } from './prepared-request.ts'
import type { Progress } from './send-request.ts'
import type { GiveUpEvent, RetryEvent } from '../../shared/hook-events.ts'

/** What one request is to the entry that owns it. */
export interface ExchangeParts {
  options(): AnyFetchOptions
  policy(): FetchPolicy
  /** What the next attempt sends. */
  describe(attempt: Attempt): MaybePromise<Described>
  /** This is what is sent now. */
  admit(described: Described, attempt: number): void
  /** Somebody looks at how far it has come. */
  isWatched(): boolean
  progressed(progress: Progress): void
  /** @param later it was no deed of the page's own */
  changed(later: boolean): void
  occurred(type: 'retry' | 'giveup', event: RetryEvent | GiveUpEvent): void
  /** Gives it up for all who wait for it. */
  forget(): void
  /** It has come to its end; it was answered, unless there is an error. */
  settled(error: Error | undefined): void
}

/** What all requests have in common, as one of them sees it. */
export interface RequestHost {
  readonly environment: Environment
  readonly watchdog: Watchdog
  /** The requests that are not over. */
  readonly live: Set<object>
  /** Whoever joins late is told what is not as usual. */
  listen(listener: (signal: Signal) => void): () => void
}
