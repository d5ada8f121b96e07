import { type HttpResponse } from '../http.ts'
import { createWire } from '../streams/wire.ts'
import { type LiveChannel } from './live-channel.ts'
import { type LiveFault } from './live-fault.ts'
import { createLiveReader } from './live-reader.ts'
import { type LiveMessage, type LiveTransportName } from './live-types.ts'

const HIGH_WATER = 1024 * 1024

/** How a stream is written: as server-sent events, or as a document of scripts. */
export interface LiveStreamFormat {
  /** Sent first, and at each interval. It shows that the stream is alive, and is no message. */
  readonly greeting: string
  /** The beginning of a message that was cut. */
  readonly fragment: string
  message(message: LiveMessage): string
}

export interface LiveStreamOptions {
  readonly response: HttpResponse
  readonly channel: LiveChannel
  readonly transport: LiveTransportName
  readonly position: number
  /** The interval of the greetings in ms. */
  readonly heartbeat: number
  readonly fault: LiveFault | undefined
  readonly format: LiveStreamFormat
}

/** Delays each message until the next one, like a proxy that holds the last bytes back. */
function delayByOne(send: (message: LiveMessage) => void): (message: LiveMessage) => void {
  let late: LiveMessage | undefined
  return (message) => {
    if (late !== undefined) send(late)
    late = message
  }
}

/** Writes the messages of a log until the response ends. The head has been sent. */
export function writeLiveStream(options: LiveStreamOptions): void {
  const { response, channel, transport, position, heartbeat, fault, format } = options
  const wire = createWire(response, undefined)
  let isMuted = fault?.kind === 'held-back'
  const write = (text: string): void => void (isMuted || wire.send(Buffer.from(text)))
  const leave = channel.transport(transport).join({
    cut() {
      write(format.fragment)
      isMuted = true
      wire.cut()
    },
    freeze: () => (isMuted = true),
  })
  response.on('error', () => undefined)
  response.on('close', leave)
  write(format.greeting)
  if (fault?.kind === 'held-back' || fault?.kind === 'silent') return
  if (fault?.kind === 'closes') return wire.end()

  const timer = setInterval(() => write(format.greeting), heartbeat)
  const send = (message: LiveMessage): void => write(format.message(message))
  const reader = createLiveReader({
    channel,
    transport,
    position,
    isReady: () => !isMuted && wire.pending < HIGH_WATER,
    send: fault?.kind === 'one-late' ? delayByOne(send) : send,
  })
  wire.onDrain(reader.sendNew)
  response.on('close', () => {
    clearInterval(timer)
    reader.stop()
  })
}
