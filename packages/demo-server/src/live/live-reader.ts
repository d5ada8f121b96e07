import { type LiveChannel } from './live-channel.ts'
import { readCursor } from './live-fault.ts'
import { type LiveMessage, type LiveTransportName } from './live-types.ts'
import { type Fields } from '../input.ts'

/** Reads where a client begins: `after` a message, or `from` the oldest one (default) or the next one. @throws Problem */
export function readPosition(channel: LiveChannel, fields: Fields, lastEventId?: string): number {
  const from = fields.choice('from', ['oldest', 'newest'], 'oldest')
  if (lastEventId !== undefined) return readCursor(lastEventId, 'Last-Event-ID')
  const after = fields.text('after', { min: 0, max: 20 }, '')
  if (after !== '') return readCursor(after, 'after')
  return from === 'newest' ? channel.log.published : channel.log.oldest - 1
}

export interface LiveReaderOptions {
  readonly channel: LiveChannel
  readonly transport: LiveTransportName
  readonly position: number
  /** Returns false while the receiver is too slow. */
  readonly isReady: () => boolean
  readonly send: (message: LiveMessage) => void
}

/** Sends each message of a log once, in order, without those that the fault `swallow` removes. */
export function createLiveReader(options: LiveReaderOptions) {
  const { channel, isReady, send } = options
  const transport = channel.transport(options.transport)
  let { position } = options

  function sendNew(): void {
    while (isReady()) {
      const [message] = channel.log.after(position, 1)
      if (message === undefined) return
      position = message.seq
      if (transport.passes(message)) send(message)
    }
  }

  const stop = channel.log.listen(sendNew)
  sendNew()
  return { sendNew, stop }
}
