import { type Connection } from '../connection.ts'
import { type Endpoint } from '../endpoint.ts'
import { strikesSockets } from '../faults.ts'
import { commandOf, type Incoming } from '../inbox.ts'
import { type LiveChannel } from './live-channel.ts'
import { type LiveChannels, readChannel } from './live-channels.ts'
import { serverFaultOf } from './live-fault.ts'
import { readLiveMessage } from './live-post.ts'
import { createLiveReader, readPosition } from './live-reader.ts'

const HIGH_WATER = 1024 * 1024

/** Appends the message of a client, and acknowledges it if it has a key. */
function receive(channel: LiveChannel, connection: Connection, incoming: Incoming): void {
  const { text, key } = readLiveMessage(commandOf(incoming), undefined)
  const { message, isNew } = channel.receive(text, key)
  if (key === undefined || channel.transport('web-socket').fault === 'no-acks') return
  connection.sendJson({ ack: key, seq: message.seq, ...(!isNew && { duplicate: true }) })
}

/** Counts a connection as open until it closes. */
function join(channel: LiveChannel, connection: Connection): void {
  const leave = channel
    .transport('web-socket')
    .join({ cut: () => connection.drop('end'), freeze: connection.freeze })
  connection.onClosed(leave)
}

function serve(channel: LiveChannel, connection: Connection, position: number): void {
  join(channel, connection)
  connection.onMessage((incoming) => receive(channel, connection, incoming))
  const { stop } = createLiveReader({
    channel,
    transport: 'web-socket',
    position,
    isReady: () => connection.isOpen && connection.bufferedAmount < HIGH_WATER,
    send: connection.sendJson,
  })
  connection.onClosed(stop)
}

/** A WebSocket that sends the messages of a live log, and appends those that it receives. */
export const createLiveSocket = (channels: LiveChannels): Endpoint => ({
  name: 'live',
  path: '/live/:name',
  fault(parameters) {
    const fault = readChannel(channels, parameters).transport('web-socket').arrive()
    if (fault?.kind === 'silent') return { fault: 'mute' }
    const serverFault = fault && serverFaultOf(fault)
    return serverFault && strikesSockets(serverFault) ? serverFault : undefined
  },
  admit({ parameters }) {
    const channel = readChannel(channels, parameters)
    const position = readPosition(channel, parameters)
    return {
      connected: (connection) => serve(channel, connection, position),
      muted: (connection) => join(channel, connection),
    }
  },
})
