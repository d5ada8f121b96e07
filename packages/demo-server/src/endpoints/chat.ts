import { createBoundedMap } from '../bounded-map.ts'
import { type Connection } from '../connection.ts'
import { commandOf } from '../inbox.ts'
import { type Endpoint } from '../endpoint.ts'
import { type Fields } from '../input.ts'
import { problemFields, Problem } from '../problem.ts'

interface Room {
  readonly name: string
  /** The connections with the names that they gave. A name can be there twice: two tabs. */
  readonly members: Map<Connection, string>
  /** Of the newest message. It outlives the members, so that a reconnecting one can tell whether it missed any. */
  seq: number
}

const NAME = { min: 1, max: 40 }
const ROOMS = 1_000

const namesIn = (room: Room): readonly string[] => [...new Set(room.members.values())]

function tell(room: Room, message: object, isMeant: (name: string) => boolean): void {
  for (const [connection, name] of room.members) {
    if (isMeant(name)) connection.sendJson(message)
  }
}

const others = (name: string) => (candidate: string) => candidate !== name

function join(room: Room, connection: Connection, name: string): void {
  const isNew = !namesIn(room).includes(name)
  room.members.set(connection, name)
  connection.sendJson({ type: 'members', you: name, names: namesIn(room), seq: room.seq })
  if (isNew) tell(room, { type: 'joined', name }, others(name))
}

function leave(room: Room, connection: Connection, name: string): void {
  room.members.delete(connection)
  if (!namesIn(room).includes(name)) tell(room, { type: 'left', name }, others(name))
}

/** `{ type: 'say', text, to? }`: to everyone, or to the named ones and the sender. */
function say(room: Room, connection: Connection, from: string, command: Fields): void {
  command.choice('type', ['say'])
  const text = command.text('text', { min: 1, max: 16_384 })
  const to = command.has('to') ? command.texts('to', { min: 1, max: 50 }, NAME) : undefined
  command.nothingElse()
  room.seq += 1
  const said = { type: 'said', id: `${room.name}-${room.seq}`, seq: room.seq, from, text, at: Date.now() }
  if (to === undefined) return tell(room, said, () => true)
  tell(room, { ...said, to }, (name) => name === from || to.includes(name))
  const present = namesIn(room)
  const absent = to.filter((name) => !present.includes(name))
  if (absent.length === 0) return
  const problem = new Problem(404, 'unknown-recipient', `Not in the room: ${absent.join(', ')}`, 'to')
  connection.sendJson({ type: 'problem', ...problemFields(problem), names: absent })
}

/** Rooms in which everyone hears everyone, and some messages are for named recipients only. */
export function createChat(): Endpoint {
  const rooms = createBoundedMap<Room>({
    limit: ROOMS,
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
          connection.onMessage((message) => say(room, connection, name, commandOf(message)))
          join(room, connection, name)
        },
      }
    },
    describe: () => ({
      rooms: rooms.entries().map(([name, room]) => ({ name, seq: room.seq, members: namesIn(room) })),
    }),
  }
}
