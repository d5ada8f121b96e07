/** The transports of a live log, by which faults are set and requests are counted. */
export type LiveTransportName = 'web-socket' | 'event-source' | 'frame' | 'long-poll' | 'short-poll' | 'post'

/** What can fail on one transport. The README has a table of them. */
export type LiveFaultKind =
  | 'refused'
  | 'no-upgrade'
  | 'unanswered'
  | 'portal'
  | 'silent'
  | 'closes'
  | 'held-back'
  | 'one-late'
  | 'half-open'
  | 'cut'
  | 'down'
  | 'swallow'
  | 'no-acks'

/** What happens to the connections that are open, and to the polls that are held, when a fault is set. */
export type OpenConnections = 'cut' | 'freeze' | 'keep'

/** The options of a fault. */
export interface LiveFaultOptions {
  /** `refused` (403) and `no-upgrade` (426): the status of the response. */
  readonly status?: number
  /** `closes`: the close code of a WebSocket. 1006 sends no close frame. @default 1011 */
  readonly code?: number
  /** `swallow`: the numbers of the messages that are not sent. */
  readonly messages?: readonly number[]
  /** `swallow`: how often each of them is not sent. @default 1 */
  readonly times?: number
  /** The number of requests that the fault applies to. @default 'always', of `cut` 1 */
  readonly count?: number | 'always'
  /** Applies the fault to each n-th request only. @default 1 */
  readonly every?: number
  /** @default 'cut', of `half-open` 'freeze', of `swallow` and `no-acks` 'keep' */
  readonly open?: OpenConnections
}

/** A message of a live log. */
export interface LiveMessage {
  /** The number of the message, from 1, without gaps. Its ID on every transport. */
  readonly seq: number
  /** When it was published, in ms since 1970. */
  readonly at: number
  readonly text: string
  /** The key that its sender gave it. */
  readonly key?: string
}

/** The counts of one transport of a live log. */
export interface LiveTransportCounts {
  /** All handshakes or requests, those with a fault included. */
  readonly requests: number
  /** The connections that are open now, or the polls that are held now. */
  readonly open: number
  /** Those of them that are half-open: nothing passes any more. Not counted as open. */
  readonly frozen: number
  /** The messages that were sent to clients; for `post` those that were received. */
  readonly sent: number
  /** The messages that the fault `swallow` has not sent. */
  readonly swallowed: number
}

/** What `GET /control/live/:name` returns. */
export interface LiveCounts {
  /** The number of the latest message; 0 while there is none. */
  readonly published: number
  /** The number of the oldest stored message; the next number while there is none. */
  readonly oldest: number
  /** The number of messages that are still to be published, at the pace of `rate`. */
  readonly pending: number
  /** The messages that clients have sent, without those with a known key. */
  readonly received: number
  /** The messages with a known key, which were dropped. */
  readonly duplicates: number
  /** The fault of each transport that has one. */
  readonly faults: { readonly [Name in LiveTransportName]?: LiveFaultKind | undefined }
  readonly transports: Readonly<Record<LiveTransportName, LiveTransportCounts>>
}
