import { json } from '../../src/shared/codec.ts'
import { isTautlineError } from '../../src/shared/errors.ts'
import type { FakeWebSocket, TestEnvironment } from '../../src/testing/index.ts'
import { type PlainWebSocketOptions, acknowledged } from '../../src/web-socket/index.ts'
import { createHarness } from './harness.ts'

/** A message with a key. */
export interface Note {
  readonly id: string | number
  readonly text?: string
}

export type NoteOptions = PlainWebSocketOptions<Note, Note, Note | undefined, unknown>

/** Acknowledgements of the form `{"ack":key}` or `{"ack":[key, key]}`. */
export const noteAcks = () =>
  acknowledged({
    key: (note: Note) => note.id,
    isAck: (raw) => (JSON.parse(raw as string) as { ack?: string | number | (string | number)[] }).ack,
  })

/** Creates a client with acknowledgements, and records what it confirms and its errors. */
export function createAckHarness(options: NoteOptions = {}, environment?: TestEnvironment) {
  const confirmed: unknown[] = []
  const errors: Error[] = []
  const set = createHarness<Note, Note>(
    {
      codec: json<Note>(),
      acks: noteAcks(),
      ...options,
      onConfirmed: ({ key }) => confirmed.push(key),
      onError: (error) => errors.push(error),
    },
    '/chat',
    environment,
  )
  return { ...set, confirmed, errors }
}

/** The same with an open connection. */
export async function openAckHarness(options: NoteOptions = {}) {
  const set = createAckHarness(options)
  set.client.open()
  await set.environment.advance(0)
  set.environment.socket.accept()
  return set
}

/** Confirms messages as the server. */
export const confirm = (socket: FakeWebSocket, ...keys: (string | number)[]): void =>
  socket.receive(JSON.stringify({ ack: keys.length === 1 ? keys[0] : keys }))

/** Returns the keys that a socket has sent. */
export const sentKeys = ({ sent }: FakeWebSocket): unknown[] =>
  sent.map((raw) => (JSON.parse(String(raw)) as Note).id)

/** Returns the keys of the messages that were reported as dropped, and which of them were sent before. */
export const droppedKeys = (errors: readonly unknown[]) =>
  errors
    .filter((error) => isTautlineError(error, 'dropped'))
    .map(({ why, messages, unconfirmed }) => ({
      why,
      keys: messages.map((raw) => (JSON.parse(String(raw)) as Note).id),
      unconfirmed,
    }))
