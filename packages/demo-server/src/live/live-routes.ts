import { abortResponse, lastEventIdOf } from '../http.ts'
import { type Exchange, type Route } from '../http-router.ts'
import { EVENT_STREAM } from '../streams/stream-endpoint.ts'
import { respondWithFault } from '../streams/stream-faults.ts'
import { type LiveChannel } from './live-channel.ts'
import { type LiveChannels, readChannel } from './live-channels.ts'
import { type LiveFault, serverFaultOf } from './live-fault.ts'
import { frameFormat, FRAME_HEADERS, frameHead, readCallback } from './live-frame.ts'
import { respondToLivePoll } from './live-poll.ts'
import { respondToLivePost } from './live-post.ts'
import { readPosition } from './live-reader.ts'
import { type LiveStreamFormat, writeLiveStream } from './live-stream.ts'
import { type LiveTransportName } from './live-types.ts'

type Respond = (
  exchange: Exchange,
  channel: LiveChannel,
  fault: LiveFault | undefined,
) => void | Promise<void>

const eventFormat: LiveStreamFormat = {
  greeting: ': hi\n\n',
  fragment: 'id: 1',
  message: (message) => `id: ${message.seq}\ndata: ${JSON.stringify(message)}\n\n`,
}

const readHeartbeat = ({ parameters }: Exchange): number =>
  parameters.integer('heartbeat', { min: 20, max: 600_000 }, 15_000)

const respondWithEvents: Respond = (exchange, channel, fault) => {
  const { request, response, parameters } = exchange
  const position = readPosition(channel, parameters, lastEventIdOf(request))
  const heartbeat = readHeartbeat(exchange)
  response.writeHead(200, EVENT_STREAM)
  response.flushHeaders()
  writeLiveStream({
    response,
    channel,
    transport: 'event-source',
    position,
    heartbeat,
    fault,
    format: eventFormat,
  })
}

const respondWithFrame: Respond = (exchange, channel, fault) => {
  const { response, parameters } = exchange
  const position = readPosition(channel, parameters)
  const heartbeat = readHeartbeat(exchange)
  const callback = readCallback(parameters)
  response.writeHead(200, FRAME_HEADERS)
  response.flushHeaders()
  if (fault?.kind !== 'held-back') response.write(frameHead, () => undefined)
  const format = frameFormat(callback)
  writeLiveStream({ response, channel, transport: 'frame', position, heartbeat, fault, format })
}

/** Responds with the fault of the transport, or else by the given function. */
async function respondWith(
  exchange: Exchange,
  channel: LiveChannel,
  name: LiveTransportName,
  respond: Respond,
): Promise<void> {
  const { response } = exchange
  const transport = channel.transport(name)
  const fault = transport.arrive()
  if (fault?.kind === 'unanswered') {
    const cut = (): void => abortResponse(response, 'end')
    response.on('close', transport.join({ cut, freeze: () => undefined }))
  }
  const status = respondWithFault(exchange, fault && serverFaultOf(fault))
  if (status === undefined) await respond(exchange, channel, fault)
}

/** The HTTP transports of the live logs. A log has one address; the request shows which transport is wanted. */
export function liveRoutes(channels: LiveChannels): readonly Route[] {
  const route = (
    method: Route['method'],
    path: string,
    respond: (exchange: Exchange, channel: LiveChannel) => Promise<void>,
  ): Route => ({
    method,
    path,
    handle: (exchange) => respond(exchange, readChannel(channels, exchange.parameters)),
  })

  return [
    route('GET', '/live/:name', (exchange, channel) => {
      const { request, query } = exchange
      if (request.headers.accept?.includes('text/event-stream') === true)
        return respondWith(exchange, channel, 'event-source', respondWithEvents)
      const name = query.get('wait') === '0' ? 'short-poll' : 'long-poll'
      return respondWith(exchange, channel, name, (_, __, fault) =>
        respondToLivePoll(exchange, channel, name, fault),
      )
    }),
    route('GET', '/live/:name/frame', (exchange, channel) =>
      respondWith(exchange, channel, 'frame', respondWithFrame),
    ),
    route('POST', '/live/:name', (exchange, channel) =>
      respondWith(exchange, channel, 'post', respondToLivePost),
    ),
  ]
}
