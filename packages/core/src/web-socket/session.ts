import { utf8Length } from '../shared/utf8.ts'
import type { Sendable, WireData } from '../shared/codec.ts'
import type { Attempt } from '../shared/attempt.ts'
import { type DropReason, TautlineError, isTautlineError } from '../shared/errors.ts'
import { guarded } from '../shared/safe-call.ts'
import { createOutbox } from './outbox.ts'
import type { Driver, Line } from '../connection/protocol.ts'
import { ask, contextOf, refuse } from '../shared/resolve-option.ts'
import type { TransportHandle } from '../connection/transport.ts'
import { webSocketTransport } from './transport.ts'
import { toWebSocketUrl } from '../shared/urls.ts'
import type { AnyWebSocketOptions } from './options.ts'

/** What became of a message: on its way, waiting in the outbox, or given up (and reported). */
export type SendResult = 'sent' | 'queued' | 'dropped'

export interface WebSocketDriver extends Driver<WireData> {
  send(raw: Sendable): SendResult
}

/** How often the platform's buffer is looked at while it is above the high-water mark, in ms: it says nothing itself. */
const DRAIN_INTERVAL = 50

/** The WebSocket half of a line: the handshake's ingredients, and the outbox. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function driveWebSocket(line: Line<WireData, AnyWebSocketOptions, WebSocketDriver>): WebSocketDriver {
  const outbox = createOutbox<Sendable>()

  function drop(messages: readonly Sendable[], why: DropReason): void {
    if (messages.length === 0) return
    const text = `Not delivered, and dropped from the outbox (${why}): ${messages.length} of what was sent`
    line.report(new TautlineError('dropped', text, { messages, why }))
  }

  /** Said after what is being said now: `queued` is shown by listeners. */
  function touch(): void {
    line.connection.later(() => {
      for (const port of line.audience.ports) port.touch('queued')
    })
  }

  /** @throws TautlineError `encode` for what the platform refuses, such as a view of shared memory */
  function put(handle: TransportHandle, raw: Sendable, pressing = false): boolean {
    const mark = line.lead.options.highWaterMark ?? 1_048_576
    if (!pressing && (handle.bufferedAmount ?? 0) > mark) return false
    try {
      return handle.send?.(raw) ?? false
    } catch (cause) {
      throw new TautlineError('encode', 'The platform refused the message', { message: raw }, cause)
    }
  }

  function drain(handle: TransportHandle, pressing: boolean): void {
    outbox.drain((raw) => {
      try {
        return put(handle, raw, pressing)
      } catch (error) {
        // It would be refused again: it is given up, and said so, and what is behind it goes on.
        if (isTautlineError(error)) line.report(error)
        return true
      }
    })
  }

  function queue(raw: Sendable): SendResult {
    const { messages = 1000, bytes = 1_048_576, overflow = 'drop-oldest' } = line.lead.options.outbox ?? {}
    const { handle } = line.connection
    const size = sizeOf(raw)
    const full = outbox.size >= messages || outbox.bytes + size > bytes
    if (handle && full && !line.lead.options.outbox) {
      // Nobody has asked for bounds, and the line is up: rather than lose a message, it goes past the mark.
      drain(handle, true)
      if (outbox.size === 0 && put(handle, raw, true)) {
        touch()
        return 'sent'
      }
    }
    const { kept, dropped } = outbox.add(copyOf(raw), size, { messages, bytes, overflow })
    if (!kept && overflow === 'reject') {
      throw new TautlineError('dropped', 'The outbox is full: wait until `queued` falls', {
        messages: [raw],
        why: 'overflow',
      })
    }
    drop(dropped, 'overflow')
    touch()
    return kept ? 'queued' : 'dropped'
  }

  return {
    prepare: (attempt) => prepare(line, attempt),
    refuse,
    isReply(raw) {
      const { isReply = (reply: WireData) => reply === 'pong' } = line.lead.options.heartbeat || {}
      return guarded(() => isReply(raw), line.environment, 'heartbeat.isReply') ?? false
    },
    ping(handle) {
      const { message = 'ping' } = line.lead.options.heartbeat || {}
      const send = () => handle.send?.(typeof message === 'function' ? message() : message)
      guarded(send, line.environment, 'heartbeat.message')
    },
    flush(handle) {
      if (outbox.size === 0) return
      drain(handle, false)
      if (outbox.size > 0) line.connection.start('drain', DRAIN_INTERVAL)
      touch()
    },
    discard(why) {
      if (outbox.size === 0) return
      drop(outbox.clear(), why)
      touch()
    },
    queued: () => outbox.size,
    send(raw) {
      const { connection } = line
      // A line that is past its deadline is found out before something is entrusted to it.
      if (connection.state.live?.phase === 'awaiting') connection.dispatch({ type: 'check' })
      const { handle, state } = connection
      if (handle && outbox.size === 0 && put(handle, raw)) return 'sent'
      if (state.status === 'closed') {
        drop([raw], 'closed')
        return 'dropped'
      }
      const result = queue(raw)
      if (handle && outbox.size > 0) connection.start('drain', DRAIN_INTERVAL)
      return result
    },
  }
}

type Prepared = Awaited<ReturnType<WebSocketDriver['prepare']>>

function prepare(
  line: Line<WireData, AnyWebSocketOptions, WebSocketDriver>,
  attempt: Attempt,
): Prepared | Promise<Prepared> {
  const { url, options } = line.lead
  const { protocols = [], binaryType = 'arraybuffer' } = options
  const { environment } = line
  const connect = (place: unknown, offered: string | readonly string[]): Prepared => {
    const request = {
      url: toWebSocketUrl(place, environment.baseUrl),
      protocols: typeof offered === 'string' ? [offered] : offered,
      binaryType,
      signal: attempt.signal,
      WebSocket: environment.WebSocket,
    }
    return (on) => webSocketTransport(request, on)
  }
  if (typeof url !== 'function' && typeof protocols !== 'function') return connect(url, protocols)
  const context = contextOf(attempt)
  return Promise.all([ask('url', url, context), ask('protocols', protocols, context)]).then((answers) =>
    connect(...answers),
  )
}

/** The platform copies what it sends, at once; so does the outbox: the caller may use the buffer again. */
function copyOf(raw: Sendable): Sendable {
  if (typeof raw === 'string' || raw instanceof Blob) return raw
  if (raw instanceof ArrayBuffer) return raw.slice(0)
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength).slice()
}

function sizeOf(raw: Sendable): number {
  if (typeof raw === 'string') return utf8Length(raw)
  return raw instanceof Blob ? raw.size : raw.byteLength
}
