import { type Exchange, type Route } from '../http-router.ts'
import { type Headers } from '../http.ts'
import { type Fields } from '../input.ts'
import { type EventBody } from './event-body.ts'

/** The response of a stream endpoint. */
export type StreamResponse =
  | {
      readonly kind: 'stream'
      /** @default 200 */
      readonly status?: number
      /** @default the headers of an event stream */
      readonly headers?: Headers
      /** Called when the head has been sent. */
      begin(body: EventBody): void
    }
  | {
      readonly kind: 'json'
      readonly status: number
      readonly body: object
      readonly headers?: Readonly<Record<string, string>>
    }
  /** 204, after which an EventSource does not reconnect. */
  | { readonly kind: 'no-content' }

/** One HTTP address that streams. */
export interface StreamEndpoint {
  readonly name: string
  readonly path: string
  readonly methods: readonly Route['method'][]
  /** Accepts a request. @throws Problem to refuse it. */
  admit(exchange: Exchange): StreamResponse | Promise<StreamResponse>
  /** The state of this endpoint, for `GET /control/state`. */
  describe?(): object
}

export const EVENT_STREAM = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // Without this header, nginx buffers the response and delays the events.
  'X-Accel-Buffering': 'no',
}

const MAX_TIME_MS = 3_600_000

/** Reads `?retry=3000&comment=15000`, both in ms. The returned function sends `retry` once, and a comment at each interval. */
export function readExtras(parameters: Fields): (body: EventBody) => void {
  const retry = parameters.has('retry')
    ? parameters.integer('retry', { min: 0, max: MAX_TIME_MS })
    : undefined
  const comment = parameters.integer('comment', { min: 0, max: MAX_TIME_MS }, 0)
  return (body) => {
    if (retry !== undefined) body.sendRaw(`retry: ${retry}\n\n`)
    if (comment === 0) return
    const timer = setInterval(() => body.sendRaw(': keep-alive\n\n'), comment)
    body.onClosed(() => clearInterval(timer))
  }
}
