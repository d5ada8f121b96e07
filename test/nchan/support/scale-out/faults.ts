import type { IncomingMessage } from 'node:http'

/** What a request is for. */
export type Kind = 'web-socket' | 'event-source' | 'long-poll' | 'short-poll' | 'publish'

/**
 * What a broken network does to a request of one kind.
 *
 * - `refuse`: responds with 403
 * - `strip-upgrade`: forwards the handshake of a WebSocket without `Upgrade`
 * - `silence`: responds to the handshake of a WebSocket with 101, and sends nothing afterwards
 * - `close`: responds with 101, and closes the connection
 * - `ignore`: never responds
 * - `hold-body`: sends the head of the response at once and its body never
 * - `one-late`: sends each event of a stream only when the next one has arrived
 * - `portal`: responds with the page of a captive portal: 200 and HTML
 * - `cut`: cuts the connection: before a WebSocket's handshake, otherwise before the last byte of the response
 * - `cut-some`: the same for every third request
 */
export type Fault =
  | 'refuse'
  | 'strip-upgrade'
  | 'silence'
  | 'close'
  | 'ignore'
  | 'hold-body'
  | 'one-late'
  | 'portal'
  | 'cut'
  | 'cut-some'

/** The fault of each kind. A kind without one works. */
export type Faults = Partial<Record<Kind, Fault>>

export function kindOf({ method, url = '', headers }: IncomingMessage): Kind {
  if (headers.upgrade !== undefined) return 'web-socket'
  if (method === 'POST') return 'publish'
  if (headers.accept?.startsWith('text/event-stream')) return 'event-source'
  return url.startsWith('/poll/') ? 'short-poll' : 'long-poll'
}
