import { createBoundedMap } from '../bounded-map.ts'
import { type Connection } from '../connection.ts'
import { commandOf } from '../inbox.ts'
import { type Endpoint } from '../endpoint.ts'
import { type Fields } from '../input.ts'
import { problemFields, Problem } from '../problem.ts'

interface Room {
  readonly name: string
  /** The name of each connection. Two connections can have the same name, for example two tabs. */
  readonly members: Map<Connection, string>
  /** The number of the newest message. It remains when the room is empty, so that a client that reconnects sees whether it missed any. */
  seq: number
}

const NAME = { min: 1, max: 40 }
const MAX_ROOMS = 1_000

const namesIn = (room: Room): readonly string[] => [...new Set(room.members.values())]

function broadcast(room: Room, message: object, isRecipient: (name: string) => boolean): void {
  for (const [connection, name] of room.members) {
    if (isRecipient(name)) connection.sendJson(message)
  }
}

const others = (name: string) => (candidate: string) => candidate !== name

function join(room: Room, connection: Connection, name: string): void {
  const isNew = !namesIn(room).includes(name)
  room.members.set(connection, name)
  connection.sendJson({ type: 'members', you: name, names: namesIn(room), seq: room.seq })
  if (isNew) broadcast(room, { type: 'joined', name }, others(name))
}

function leave(room: Room, connection: Connection, name: string): void {
  room.members.delete(connection)
  if (!namesIn(room).includes(name)) broadcast(room, { type: 'left', name }, others(name))
}

/** Handles `{ type: 'say', text, to? }`: sends the text to all members, or to those in `to` and the sender. */
function handleChatMessage(room: Room, connection: Connection, from: string, command: Fields): void {
  command.choice('type', ['say'])
  const text = command.text('text', { min: 1, max: 16_384 })
  const to = command.has('to') ? command.texts('to', { min: 1, max: 50 }, NAME) : undefined
  command.nothingElse()
  room.seq += 1
  const message = { type: 'said', id: `${room.name}-${room.seq}`, seq: room.seq, from, text, at: Date.now() }
  if (to === undefined) return broadcast(room, message, () => true)
  broadcast(room, { ...message, to }, (name) => name === from || to.includes(name))
  const present = namesIn(room)
  const absent = to.filter((name) => !present.includes(name))
  if (absent.length === 0) return
  const problem = new Problem(404, 'unknown-recipient', `Not in the room: ${absent.join(', ')}`, 'to')
  connection.sendJson({ type: 'problem', ...problemFields(problem), names: absent })
}

/** Chat rooms. A message goes to all members of a room, or to named recipients only. */
export function createChat(): Endpoint {
  const rooms = createBoundedMap<Room>({
    limit: MAX_ROOMS,
    create: (name) => ({ name, members: new Map(), seq: 0 }),
    inUse: (room) => room.members.size > 0,
  })

  return {
    name: 'chat',
    path: '/chat/:room',
    admit({ parameters }) {
      const roomName = parameters.text('room', NAME)
      const name = parameters.text('name', NAME)
      return {
        connected(connection) {
          const room = rooms.of(roomName)
          connection.onClosed(() => leave(room, connection, name))
          connection.onMessage((message) => handleChatMessage(room, connection, name, commandOf(message)))
          join(room, connection, name)
        },
      }
    },
    describe: () => ({
      rooms: rooms.entries().map(([name, room]) => ({ name, seq: room.seq, members: namesIn(room) })),
    }),
  }
}
