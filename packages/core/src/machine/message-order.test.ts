import { describe, expect, test } from 'vitest'
import { MAX_STORED_IDS, type MessageOrder, createMessageOrder } from './message-order.ts'

/** Receives messages of one transport, and returns those that are delivered. */
const receive = (order: MessageOrder, start: number, ...ids: (string | undefined)[]) =>
  ids.filter((id) => {
    const isNew = !order.isRepeated(start, id)
    if (isNew) order.accept(id)
    return isNew
  })

describe('cursor and position', () => {
  test('the first transport starts where the server starts, or from the initial cursor', () => {
    expect(createMessageOrder(undefined).started(1, 'cursor')).toBeUndefined()
    expect(createMessageOrder('a').started(1, 'cursor')).toBe('a')
  })

  test('the position moves with what was accepted, the cursor with what was delivered', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    receive(order, 1, 'a', 'b')
    order.delivered('a')
    expect([order.position, order.cursor]).toEqual(['b', 'a'])
  })

  test('a transport that is started during an attempt starts from the position', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    receive(order, 1, 'a', 'b')
    order.delivered('a')
    expect(order.started(2, 'position')).toBe('b')
  })

  test('a new attempt starts from the cursor, since the rest was dropped', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    receive(order, 1, 'a', 'b')
    order.delivered('a')
    order.closed(1)
    expect(order.started(2, 'cursor')).toBe('a')
    expect(order.position).toBe('a')
    expect(receive(order, 2, 'b', 'c')).toEqual(['b', 'c'])
  })

  test('a message without an ID is delivered and moves nothing', () => {
    const order = createMessageOrder('a')
    order.started(1, 'cursor')
    order.started(2, 'position')
    expect(receive(order, 1, undefined, undefined)).toHaveLength(2)
    order.delivered(undefined)
    expect([order.position, order.cursor, order.cursorOf(1)]).toEqual(['a', 'a', 'a'])
  })

  test('a transport that is behind continues from its own cursor, and never moves the shared ones back', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    order.started(2, 'position')
    receive(order, 1, 'a', 'b', 'c')
    order.delivered('c')
    expect(receive(order, 2, 'a')).toEqual([])
    expect([order.cursorOf(1), order.cursorOf(2), order.position, order.cursor]).toEqual(['c', 'a', 'c', 'c'])
  })
})

describe('while two transports run', () => {
  test('each message is delivered once, by whichever transport brings it first', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    receive(order, 1, 'a')
    order.started(2, 'position')
    const delivered = [
      receive(order, 1, 'b'),
      receive(order, 2, 'b', 'c', 'd'),
      receive(order, 1, 'c', 'd', 'e'),
      receive(order, 2, 'e', 'f'),
    ]
    expect(delivered.flat()).toEqual(['b', 'c', 'd', 'e', 'f'])
  })

  test('the one that is left repeats nothing, until it has caught up', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    order.started(2, 'position')
    receive(order, 1, 'a', 'b', 'c')
    order.closed(1)
    expect(receive(order, 2, 'a', 'b', 'c', 'd')).toEqual(['d'])
    // From here on nothing is stored, so a server that repeats an ID on purpose is believed.
    expect(receive(order, 2, 'a')).toEqual(['a'])
  })

  test('a third transport does not make it forget what the second one may still repeat', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    order.started(2, 'position')
    receive(order, 1, 'a', 'b', 'c')
    order.closed(1)
    expect(order.started(3, 'position')).toBe('c')
    expect(receive(order, 3, 'd')).toEqual(['d'])
    expect(receive(order, 2, 'a', 'b', 'c', 'd', 'e')).toEqual(['e'])
  })

  test('a transport that starts alone can repeat nothing', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    order.started(2, 'position')
    receive(order, 1, 'a')
    order.closed(1)
    order.closed(2)
    order.started(3, 'position')
    expect(receive(order, 3, 'a')).toEqual(['a'])
  })
})

describe('the limit', () => {
  const ids = Array.from({ length: MAX_STORED_IDS + 1 }, (_, index) => String(index))

  test.each([
    ['the older one', 1, 2],
    ['the newer one', 2, 1],
  ])('above it, the transport that is behind is named: %s', (_, behind, ahead) => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    order.started(2, 'position')
    receive(order, behind, 'x')
    receive(order, ahead, 'x', ...ids.slice(0, -2))
    expect(order.behind()).toBeUndefined()
    receive(order, ahead, 'last')
    expect(order.behind()).toBe(behind)
    order.closed(behind)
    expect(order.behind()).toBeUndefined()
    receive(order, ahead, 'more')
    expect(order.behind()).toBeUndefined()
  })

  test('one transport alone never reaches it', () => {
    const order = createMessageOrder(undefined)
    order.started(1, 'cursor')
    receive(order, 1, ...ids, 'more')
    expect(order.behind()).toBeUndefined()
  })
})
