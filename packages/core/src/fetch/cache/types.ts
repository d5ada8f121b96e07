import type { Exchange } from '../request/retrying-request.ts'
import type { RequestHost } from '../request/types.ts'
import type { PageEvents } from '../../platform/page-events.ts'
import type { Container } from '../../observer/members.ts'
import type { Store } from './lru-store.ts'
import type { KeptAnswer } from './cached-response.ts'
import type { Awaited, Waiters } from './pending-promises.ts'
import type { Progress } from '../request/send-request.ts'
import type { Cell } from './optimistic-data.ts'
import type { Lead, Name, SourceOf } from '../request/request-key.ts'
import type { QuietField } from '../types.ts'
import type { GiveUpEvent, RetryEvent } from '../../shared/hook-events.ts'

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
  moveTo(entry: StoredEntry): void
  /** It has left this entry a moment ago, and may have come back. */
  left(entry: StoredEntry): void
  /** It has become known who asks. */
  identified(): void
  /** The server does not take the credentials: nothing that was shown for them stays. */
  refused(): void
}

export type Asked = SourceOf<FetchPort>

/** The request of an entry. */
export type EntryExchange = Exchange<FetchPort>

/** What all requests over one cache have in common. */
export interface Desk extends RequestHost, PageEvents, Container {
  readonly store: Store<StoredEntry>
  /** Answers were forgotten: the browser's own cache may still have them. */
  readonly wasCleared: boolean
  clear(): void
  /** The requests that are not over. */
  readonly live: Set<EntryExchange>
  /** Owns the tokens and their renewals, which `clear` drops; null on a server without a given cache, where nobody shares them. */
  readonly session: object | null
  /** Nothing is shared: a server answers many users, and no cache was given. */
  readonly isIsolated: boolean
  /** May requests with this key share a response? */
  shares(key: string): boolean
  /** May the server be asked whether what is kept under this key still holds? Not where that depends on headers which may be others by now. */
  mayConfirm(key: string): boolean
  /** Responses for this key depend on headers that are no part of it (RFC 9111, section 4.1): from now on each hook asks for itself. */
  unshare(key: string): void
  /** Makes stale what these URLs name, and asks anew for those who show it. @param gone but not for this one */
  invalidate(urls: readonly string[], gone?: string): void
}

/** What is asked under one key, as those see it that work on it. */
export interface StoredEntry {
  key: string
  naming: Name['naming']
  readonly desk: Desk
  readonly kept: KeptAnswer
  readonly ports: Set<FetchPort>
  readonly waiters: Waiters<FetchPort, StoredEntry>
  exchange: EntryExchange | undefined
  error: Error | undefined
  progress: Progress
  /** What was asked for; '' until it was. */
  href: string
  /** What is kept stands in for the answer that has failed. */
  isExcused: boolean
  /** All that was kept has been forgotten: it stays where it is shown, for no one else. */
  isRetired: boolean
  /** When the last request came to its end, by the wall clock, in ms. */
  settledAt: number
  /** By what its responses are known; undefined until functions have been asked. */
  identity: string | undefined
  /** Who asks. */
  who: string | undefined
  /** What is here depends on headers that are no part of its key: it is for this hook alone. */
  owner: FetchPort | undefined
  readonly isSafe: boolean
  readonly isShown: boolean
  readonly isDue: boolean
  lead(): Asked
  sibling(key: string, who: string, isShared: boolean): StoredEntry
  rename(key: string): void
  join(port: FetchPort, back?: boolean): void
  leave(port: FetchPort, isAwaited?: boolean): void
  want(port: FetchPort): void
  rest(): void
  stop(): void
  stopUnwanted(): void
  reconsider(port: FetchPort): void
  giveUp(port: FetchPort): void
  part(port: FetchPort): void
  request(port: FetchPort, lead: Asked): Awaited<StoredEntry>
  askAnew(always: boolean, lead?: Asked): void
  supersede(): boolean
  ask(lead?: Asked): void
  adopt(exchange: EntryExchange): void
  invalidate(asks: boolean): void
  settle(port?: FetchPort): void
  tell(later: boolean): void
}
