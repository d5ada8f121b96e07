import { describe, expect, test } from 'vitest'
import { type Position, createPosition } from './position.ts'

/** Receives messages of one transport, and returns those that are delivered. */
const receive = (position: Position, isAlone: boolean, ...ids: string[]) =>
  ids.filter((id) => position.advance(id, isAlone) === 'deliver')

const isNext = (id: string, before: string) => Number(id) === Number(before) + 1
const withoutGaps = () => createPosition(() => true)

describe('the position', () => {
  test('begins an attempt at the cursor, which is behind it while listeners are busy', () => {
    const position = withoutGaps()
    position.restart(undefined)
    expect(receive(position, true, 'a', 'b')).toEqual(['a', 'b'])
    expect(position.id).toBe('b')
    // What was received and not delivered was dropped with the attempt.
    position.restart('a')
    expect(position.id).toBe('a')
    expect(receive(position, true, 'b', 'c')).toEqual(['b', 'c'])
  })

  test('is not moved back by a transport that is behind', () => {
    const position = withoutGaps()
    position.compare()
    receive(position, false, 'a', 'b', 'c')
    expect(receive(position, false, 'a')).toEqual([])
    expect(position.id).toBe('c')
  })
})

describe('while two transports run', () => {
  test('each message is delivered once, by whichever transport brings it first', () => {
    const position = withoutGaps()
    receive(position, true, 'a')
    position.compare()
    const first = (...ids: string[]) => receive(position, false, ...ids)
    const delivered = [first('b'), first('b', 'c', 'd'), first('c', 'd', 'e'), first('e', 'f')]
    expect(delivered.flat()).toEqual(['b', 'c', 'd', 'e', 'f'])
  })

  test('the one that is left repeats nothing, until it has caught up', () => {
    const position = withoutGaps()
    position.compare()
    receive(position, false, 'a', 'b', 'c')
    expect(receive(position, true, 'a', 'b', 'c')).toEqual([])
    expect(position.isComparing).toBe(true)
    expect(receive(position, true, 'd')).toEqual(['d'])
    // From here on nothing is stored, so a server that repeats an ID on purpose is believed.
    expect(position.isComparing).toBe(false)
    expect(receive(position, true, 'a')).toEqual(['a'])
  })

  test('a third transport does not make it forget what the second one may still repeat', () => {
    const position = withoutGaps()
    position.compare()
    receive(position, false, 'a', 'b', 'c')
    position.compare()
    expect(receive(position, false, 'd', 'a', 'b', 'c', 'd', 'e')).toEqual(['d', 'e'])
  })

  test('too many IDs are noticed', () => {
    const position = withoutGaps()
    position.compare()
    for (let id = 0; id < 10_000; id++) position.advance(String(id), false)
    expect(position.isFull).toBe(false)
    position.advance('more', false)
    expect(position.isFull).toBe(true)
    position.advance('last', true)
    expect(position.isFull).toBe(false)
  })
})

describe('a gap', () => {
  test('is found at the next message, and leaves the position where it is', () => {
    const position = createPosition(isNext)
    expect(['1', '2', '4', '3', '4'].map((id) => position.advance(id, true))).toEqual([
      'deliver',
      'deliver',
      'gap',
      'deliver',
      'deliver',
    ])
  })

  test('is not found before the first message', () => {
    expect(createPosition(isNext).advance('7', true)).toBe('deliver')
  })

  test('a message that another transport has brought is none', () => {
    const position = createPosition(isNext)
    position.restart('1')
    position.compare()
    expect(['2', '3', '2', '3', '4'].map((id) => position.advance(id, false))).toEqual([
      'deliver',
      'deliver',
      'repeated',
      'repeated',
      'deliver',
    ])
  })

  test('a message behind a gap that nothing fills is delivered, and the stream continues', () => {
    const position = createPosition(isNext)
    position.restart('1')
    expect(position.advance('3', true)).toBe('gap')
    position.moveTo('3')
    expect(position.advance('4', true)).toBe('deliver')
  })
})
