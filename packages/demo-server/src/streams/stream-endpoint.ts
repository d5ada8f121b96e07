import { type Exchange, type Route } from '../http-router.ts'
import { type Headers } from '../http.ts'
import { type Fields } from '../input.ts'
import { type EventBody } from './event-body.ts'

/** What an endpoint decides to answer. */
export type StreamAnswer =
  | {
      readonly kind: 'stream'
      /** @default 200 */
      readonly status?: number
      /** Those of an event stream, unless told. */
      readonly headers?: Headers
      /** Takes over when the head is out. */
      begin(body: EventBody): void
    }
  | {
      readonly kind: 'json'
      readonly status: number
      readonly body: object
      readonly headers?: Readonly<Record<string, string>>
    }
  /** 204, which tells an EventSource to come no more. */
  | { readonly kind: 'no-content' }

/** One HTTP address that streams. */
export interface StreamEndpoint {
  readonly name: string
  readonly path: string
  readonly methods: readonly Route['method'][]
  /** Decides on a request. @throws Problem to refuse it. */
  admit(exchange: Exchange): StreamAnswer | Promise<StreamAnswer>
  /** What this endpoint knows, for the control state. */
  describe?(): object
}

export const EVENT_STREAM = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // A proxy that collects an answer before it passes it on would hold the events back.
  'X-Accel-Buffering': 'no',
}

const MAX_TIME = 3_600_000

/** Reads `?retry=3000&comment=15000`, both in ms; the answer sends the one at once and the other again and again. */
export function readAsides(parameters: Fields): (body: EventBody) => void {
  const retry = parameters.has('retry') ? parameters.integer('retry', { min: 0, max: MAX_TIME }) : undefined
  const comment = parameters.integer('comment', { min: 0, max: MAX_TIME }, 0)
  return (body) => {
    if (retry !== undefined) body.aside(`retry: ${retry}\n\n`)
    if (comment === 0) return
    const timer = setInterval(() => body.aside(': keep-alive\n\n'), comment)
    body.onClosed(() => clearInterval(timer))
  }
}
