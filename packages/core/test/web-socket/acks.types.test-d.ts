import { describe, expectTypeOf, test } from 'vitest'
import { type ConfirmedEvent, type MessageKey, acknowledged, createWebSocket, json } from '../../src/index.ts'

// Checked by the compiler, never run.

interface Note {
  readonly id: string
  readonly text: string
}
const isAck = () => undefined

describe('acknowledged()', () => {
  test('its key function takes the messages of send()', () => {
    const client = createWebSocket('/notes', {
      codec: json<Note>(),
      acks: acknowledged({ key: (note: Note) => note.id, isAck }),
      onConfirmed: (event) => expectTypeOf(event).toEqualTypeOf<ConfirmedEvent<Note>>(),
    })
    expectTypeOf(client.send).parameter(0).toEqualTypeOf<Note>()
    expectTypeOf(client.getSnapshot().unconfirmed).toEqualTypeOf<number | undefined>()
    client.on('confirmed', ({ key, message }) => {
      expectTypeOf(key).toEqualTypeOf<MessageKey>()
      expectTypeOf(message).toEqualTypeOf<unknown>()
    })
  })

  test('does not take a key function of other messages, or one that returns no key', () => {
    createWebSocket('/notes', {
      codec: json<Note>(),
      // @ts-expect-error -- a note has no such field
      acks: acknowledged({ key: (other: { readonly other: string }) => other.other, isAck }),
    })
    // @ts-expect-error -- a key is a text or a number
    acknowledged({ key: (note: Note) => note, isAck })
    // @ts-expect-error -- isAck is missing
    acknowledged({ key: (note: Note) => note.id })
  })
})
