import type { AttemptHost } from '../connection/attempt-host.ts'
import type { OpenTransport } from '../connection/interpreter.ts'
import type { Transport } from '../connection/transport.ts'
import { webSocketOf } from '../platform/network.ts'
import type { Attempt } from '../shared/attempt.ts'
import { resolveOption, resolveTogether, toAttemptContext } from '../shared/resolve-option.ts'
import { toWebSocketUrl } from '../shared/urls.ts'
import type { AnyWebSocketOptions } from './any-options.ts'
import type { HandshakeOptions } from './options.ts'
import { assertSendable } from './sendable.ts'
import type { WebSocketRequest } from './transport.ts'

/** Prepares one handshake. @param start starts the attempt */
export function prepareWebSocket<Raw>(
  host: Pick<AttemptHost<AnyWebSocketOptions>, 'primary' | 'environment'>,
  attempt: Attempt,
  start: Transport<Raw, WebSocketRequest>,
): OpenTransport<Raw> | Promise<OpenTransport<Raw>> {
  const { url, options } = host.primary
  const { protocols = [], binaryType = 'arraybuffer', handshake } = options
  const { environment } = host
  const connect = (
    resolvedUrl: unknown,
    resolvedProtocols: string | readonly string[],
    message?: unknown,
  ): OpenTransport<Raw> => {
    const request = {
      url: toWebSocketUrl(resolvedUrl, environment.baseUrl),
      protocols: typeof resolvedProtocols === 'string' ? [resolvedProtocols] : resolvedProtocols,
      binaryType,
      handshake: handshake && toHandshake(handshake, message),
      signal: attempt.signal,
      WebSocket: webSocketOf(environment),
      environment,
    }
    return (on) => start(request, on)
  }
  const message = handshake?.message
  if (typeof url !== 'function' && typeof protocols !== 'function' && typeof message !== 'function')
    return connect(url, protocols, message)
  const context = toAttemptContext(attempt)
  return resolveTogether([
    resolveOption('url', url, context),
    resolveOption('protocols', protocols, context),
    handshake && resolveOption('handshake.message', handshake.message, context),
  ]).then((resolvedOptions) => connect(...resolvedOptions))
}

function toHandshake({ isReady }: HandshakeOptions, message: unknown): WebSocketRequest['handshake'] {
  assertSendable(message)
  return { message, isReady }
}
