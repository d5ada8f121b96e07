import { abortResponse, type HttpResponse } from '../http.ts'
import { type Exchange } from '../http-router.ts'
import { createWire } from '../streams/wire.ts'
import { jsonResponse, sendWhole } from '../whole-response.ts'
import { type LiveChannel } from './live-channel.ts'
import { type LiveFault } from './live-fault.ts'
import { readPosition } from './live-reader.ts'
import { type LiveTransportName } from './live-types.ts'

/** Waits until there are messages, or until the time is over. Resolves with false when there will be no response. */
function holdUntil(
  response: HttpResponse,
  channel: LiveChannel,
  options: {
    readonly position: number
    readonly wait: number
    readonly transport: LiveTransportName
  },
): Promise<boolean> {
  const { position, wait, transport } = options
  return new Promise((resolve) => {
    const hasMessages = (): boolean => channel.log.after(position, 1).length > 0
    const leave = channel.transport(transport).join({
      cut: () => abortResponse(response, 'end'),
      freeze: stop,
    })
    const timer = setTimeout(() => finish(true), wait)
    const unsubscribe = channel.log.listen(() => void (hasMessages() && finish(true)))

    function stop(): void {
      clearTimeout(timer)
      unsubscribe()
    }
    function finish(responds: boolean): void {
      stop()
      leave()
      resolve(responds)
    }
    response.on('close', () => finish(false))
    if (wait === 0 || hasMessages()) finish(true)
  })
}

/** Sends half of the body, and ends the connection. */
function sendHalf(response: HttpResponse, body: string): void {
  const bytes = Buffer.from(body)
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes.length })
  const wire = createWire(response, undefined)
  wire.send(bytes.subarray(0, bytes.length / 2))
  wire.cut()
}

/** Responds with the messages after `after`: at once, or when there is one. */
export async function respondToLivePoll(
  { response, parameters }: Exchange,
  channel: LiveChannel,
  transport: LiveTransportName,
  fault: LiveFault | undefined,
): Promise<void> {
  const position = readPosition(channel, parameters)
  const wait = parameters.integer('wait', { min: 0, max: 600_000 }, 25_000)
  const limit = parameters.integer('limit', { min: 1, max: 1_000 }, 100)
  if (!(await holdUntil(response, channel, { position, wait, transport }))) return
  const messages = channel.log.after(position, limit)
  const next = String(messages.at(-1)?.seq ?? position)
  if (fault?.kind === 'cut') {
    // Not counted as sent.
    return sendHalf(response, JSON.stringify({ items: messages, next }))
  }
  const items = messages.filter(channel.transport(transport).passes)
  sendWhole(response, jsonResponse({ items, next }, { 'Cache-Control': 'no-store' }))
}
