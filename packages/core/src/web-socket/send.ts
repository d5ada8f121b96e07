import type { SharedConnection } from '../connection/protocol.ts'
import type { State } from '../machine/connection-state.ts'
import type { Environment } from '../platform/environment.ts'
import type { Codec } from '../shared/codec.ts'
import { TautlineError } from '../shared/errors.ts'
import { assertSendable } from './sendable.ts'
import { type SendOptions, type SendResult, type Sender, emitDropped } from './session.ts'

/** What is needed of an observer to send its messages. */
interface SendingObserver {
  readonly options: { readonly codec?: Pick<Codec<unknown, never>, 'encode'> | undefined }
  readonly environment: Environment
  readonly state: State
  readonly shouldConnect: boolean
  readonly connection: object | undefined
  emit(type: 'error', error: TautlineError): boolean
  ensureConnection(): Pick<SharedConnection<never, never, Pick<Sender, 'send'>>, 'session' | 'interpreter'>
}

/** How long a connection that `send()` has created waits for its first subscriber, in ms. */
const FIRST_SUBSCRIBER_WAIT_MS = 10_000

/** Sends a message of an observer, or queues it. */
export function send(observer: SendingObserver, message: unknown, options?: SendOptions): SendResult {
  const { codec } = observer.options
  const raw = codec ? encode(() => codec.encode(message as never), message) : message
  assertSendable(raw, message)
  if (!observer.connection && options?.queue === false) return 'dropped'
  if (!observer.connection && (!observer.shouldConnect || observer.state.status === 'closed')) {
    const messages = [raw]
    const text = 'Not sent: the connection is closed or has no URL. Open it first.'
    const error = new TautlineError('dropped', text, { messages, why: 'closed' })
    // Only this observer has sent the message, so only its listeners are notified.
    const { environment } = observer
    emitDropped(error, environment, () => observer.emit('error', error) || environment.reportError(error))
    return 'dropped'
  }
  const connection = observer.ensureConnection()
  try {
    return connection.session.send(raw, options, message)
  } finally {
    // Also if it throws, so that the connection that it has created does not stay.
    if (connection.interpreter.state.status === 'idle')
      connection.interpreter.startTimer('closeDelay', FIRST_SUBSCRIBER_WAIT_MS)
  }
}

function encode(encodeMessage: () => unknown, message: unknown): unknown {
  try {
    return encodeMessage()
  } catch (cause) {
    if (cause instanceof TautlineError) throw cause
    const text = 'The codec could not encode the message: see `thrown`'
    throw new TautlineError('encode', text, { value: message }, cause)
  }
}
