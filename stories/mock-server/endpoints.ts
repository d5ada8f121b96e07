import { z } from 'zod'
import { createPace } from './pace.ts'
import { type MockConnection, endpoint } from './sockets.ts'

interface Room {
  readonly members: Map<MockConnection, string>
  seq: number
}

const rooms = new Map<string, Room>()
const ChatInput = z.object({ type: z.literal('say'), text: z.string().min(1) })

/** @param except the name of the member who does not get the message */
function broadcast(room: Room, message: object, except?: string): void {
  for (const [connection, name] of room.members) if (name !== except) connection.sendJson(message)
}

const chat = endpoint('/chat/:room', (connection) => {
  const name = connection.query.get('name') ?? 'visitor'
  const key = connection.params['room'] ?? ''
  const room = rooms.get(key) ?? { members: new Map<MockConnection, string>(), seq: 0 }
  rooms.set(key, room)
  room.members.set(connection, name)
  connection.sendJson({
    type: 'members',
    you: name,
    names: [...new Set(room.members.values())],
    seq: room.seq,
  })
  broadcast(room, { type: 'joined', name }, name)
  connection.onText((text) => {
    const input = ChatInput.safeParse(JSON.parse(text))
    if (!input.success)
      return connection.sendJson({ type: 'problem', code: 'bad-input', message: input.error.message })
    room.seq += 1
    const { seq } = room
    broadcast(room, {
      type: 'said',
      id: `${key}-${seq}`,
      seq,
      from: name,
      text: input.data.text,
      at: Date.now(),
    })
  })
  connection.onClosed(() => {
    room.members.delete(connection)
    broadcast(room, { type: 'left', name })
  })
})

const echo = endpoint('/echo', (connection) => connection.onMessage((data) => connection.send(data)))

const Rate = z.object({ type: z.literal('rate'), rate: z.number().min(0).max(20_000) })

const ticker = endpoint('/ticker', (connection) => {
  let sent = 0
  const pace = createPace(Number(connection.query.get('rate') ?? 10), () => {
    sent += 1
    const price = (100 + 10 * Math.sin(sent / 50)).toFixed(2)
    connection.send(`{"type":"tick","seq":${sent},"at":${Date.now()},"price":${price}}`)
    return true
  })
  connection.onText((text) => {
    const request = Rate.safeParse(JSON.parse(text))
    if (request.success) pace.rate = request.data.rate
    connection.sendJson({ type: 'report', rate: pace.rate, sent, withheld: 0 })
  })
  connection.onClosed(pace.stop)
})

export const endpoints = [chat, echo, ticker]
