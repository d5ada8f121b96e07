import type { AttemptHost } from '../connection/attempt-host.ts'
import type { Heartbeat } from '../connection/heartbeat.ts'
import type { TransportHandle } from '../connection/transport.ts'
import { type Sendable, type WireData, isSendable } from '../shared/codec.ts'
import { misuseError } from '../shared/errors.ts'

type HeartbeatHost = Pick<
  AttemptHost<{ readonly heartbeat?: false | Heartbeat | undefined }>,
  'primary' | 'environment'
>

/** The calls of the newest heartbeat of a WebSocket. */
interface HeartbeatCalls {
  /** Returns whether a message belongs to the heartbeat. */
  isReply(raw: WireData): boolean
  ping(): void
  unanswered(): void
}

/** @param findHandle returns the transport over which the heartbeat sends */
export function createHeartbeatCalls(
  host: HeartbeatHost,
  findHandle: () => TransportHandle | undefined,
): HeartbeatCalls {
  const heartbeat = () => host.primary.options.heartbeat || undefined
  function sendAtOnce(message: Sendable): void {
    if (!isSendable(message)) throw misuseError('The heartbeat message cannot be sent: return text or binary')
    findHandle()?.send?.(message)
  }
  return {
    isReply: (raw) => heartbeat()?.receive?.(raw, sendAtOnce, host.environment) ?? false,
    ping: () => heartbeat()?.ping?.(sendAtOnce, host.environment),
    unanswered: () => heartbeat()?.unanswered?.(),
  }
}
