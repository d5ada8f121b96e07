import type { Cell } from './fetch-cell.ts'
import type { FetchEntry } from './fetch-entry.ts'
import type { Lead, Name } from './fetch-request.ts'
import type { QuietField } from './fetch-types.ts'
import type { GiveUpEvent, RetryEvent } from './types.ts'

/** One hook at an entry. */
export interface FetchPort extends Lead {
  /** Of what it asks for. */
  readonly name: Name | undefined
  /** It wants answers without being told to ask. */
  readonly active: boolean
  /** It shows what is kept: it was there when that came, or what is kept may be shown to who comes later. */
  sees: boolean
  /** It has given the request up that is under way. */
  gaveUp: boolean
  /** What it reads. */
  readonly cell: Cell | undefined
  watches(field: QuietField): boolean
  /** @param later it was no deed of the page's own: a frame is soon enough */
  changed(later: boolean): void
  /** It has a new answer. */
  answered(): void
  occurred(type: 'retry' | 'giveup' | 'error', event: RetryEvent | GiveUpEvent | Error): void
  /** What it asks for is known by another name. What it shows stays until there is a response. */
  moveTo(entry: FetchEntry): void
  /** It has left this entry a moment ago, and may have come back. */
  left(entry: FetchEntry): void
  /** It has become known who asks. */
  identified(): void
  /** The server does not take the credentials: nothing that was shown for them stays. */
  refused(): void
}

/** What is asked for, and by which hook. */
export interface Asked extends Lead {
  readonly by?: FetchPort | undefined
  /** Of what that hook asked for then: it may ask for something else by now. */
  readonly name?: Name | undefined
}
