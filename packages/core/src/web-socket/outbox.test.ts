import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type OutboxLimits, createOutbox } from './outbox.ts'

const roomy: OutboxLimits = { messages: 100, bytes: 1000, overflow: 'drop-oldest' }
const three = { ...roomy, messages: 3 }

function filled(items: readonly string[], limits = roomy) {
  const outbox = createOutbox<string>()
  for (const item of items) outbox.add(item, item.length, limits)
  return outbox
}

describe('a full outbox', () => {
  test('drops the oldest', () => {
    const outbox = filled(['a', 'b', 'c'])
    expect(outbox.add('d', 1, three)).toEqual({ isQueued: true, dropped: ['a'] })
    expect(outbox.clear()).toEqual(['b', 'c', 'd'])
  })

  test('drops as many of the oldest as the bytes need', () => {
    const outbox = filled(['aaaa', 'bbbb', 'c'])
    expect(outbox.add('dddddd', 6, { ...roomy, bytes: 10 })).toEqual({
      isQueued: true,
      dropped: ['aaaa', 'bbbb'],
    })
    expect(outbox.clear()).toEqual(['c', 'dddddd'])
  })

  test.each(['drop-newest', 'reject'] as const)('rejects the newest: %s', (overflow) => {
    const outbox = filled(['a', 'b', 'c'])
    expect(outbox.add('d', 1, { ...three, overflow })).toEqual({ isQueued: false, dropped: ['d'] })
    expect(outbox.clear()).toEqual(['a', 'b', 'c'])
  })

  test('drops nothing for an item that is too large anyway', () => {
    const outbox = filled(['a', 'b'])
    expect(outbox.add('large', 5, { ...roomy, bytes: 4 })).toEqual({ isQueued: false, dropped: ['large'] })
    expect(outbox.add('x', 1, { ...roomy, messages: 0 })).toEqual({ isQueued: false, dropped: ['x'] })
    expect(outbox.clear()).toEqual(['a', 'b'])
  })

  test('takes an item that fills it to the byte', () => {
    expect(createOutbox<string>().add('abcd', 4, { ...roomy, bytes: 4 })).toEqual({
      isQueued: true,
      dropped: [],
    })
  })
})

describe('draining', () => {
  test('stops at the first item that cannot be sent, which stays first', () => {
    const outbox = filled(['a', 'b', 'c'])
    const sent: string[] = []
    outbox.drain((item) => item !== 'b' && sent.push(item) > 0)
    expect(sent).toEqual(['a'])
    expect(outbox.size).toBe(2)
    expect(outbox.clear()).toEqual(['b', 'c'])
  })

  test('loses nothing when sending clears the queue and fills it again', () => {
    const outbox = filled(['a', 'b'])
    const sent: string[] = []
    outbox.drain((item) => {
      sent.push(item)
      if (item === 'a') {
        outbox.clear()
        outbox.add('c', 1, roomy)
      }
      return true
    })
    expect(sent).toEqual(['a', 'c'])
    expect(outbox.size).toBe(0)
  })

  test('keeps an item whose sending throws', () => {
    const outbox = filled(['a', 'b'])
    const fail = () => {
      throw new Error('not now')
    }
    expect(() => outbox.drain(fail)).toThrow('not now')
    expect(outbox.clear()).toEqual(['a', 'b'])
  })

  test('calls nothing for an empty outbox', () => {
    const outbox = createOutbox<string>()
    outbox.drain(() => expect.unreachable())
    expect(outbox.clear()).toEqual([])
  })
})

interface Item {
  readonly name: number
  readonly bytes: number
}

/** The same in the plainest way: a list that is cut and counted again each time. */
function createReference() {
  let list: Item[] = []
  const bytes = () => list.reduce((sum, item) => sum + item.bytes, 0)
  return {
    list: () => list,
    add(item: Item, { messages, bytes: most, overflow }: OutboxLimits) {
      if (item.bytes > most || messages < 1) return [item]
      const before = list
      list = [...list, item]
      const over = () => list.length > messages || bytes() > most
      if (overflow !== 'drop-oldest') {
        if (!over()) return []
        list = before
        return [item]
      }
      const dropped: Item[] = []
      while (over()) dropped.push(...list.splice(0, 1))
      return dropped
    },
    drain: (count: number) => list.splice(0, count),
    clear: () => list.splice(0),
  }
}

describe('compared with a plain list', () => {
  const limits = fc.record({
    messages: fc.nat(5),
    bytes: fc.nat(20),
    overflow: fc.constantFrom('drop-oldest', 'drop-newest', 'reject'),
  }) satisfies fc.Arbitrary<OutboxLimits>
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant('add' as const), bytes: fc.nat(12), limits }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('drain' as const), count: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('clear' as const) }) },
  )

  test('is first in, first out, within the limits, and counts every byte', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const outbox = createOutbox<Item>()
        const reference = createReference()
        for (const [name, action] of steps.entries()) {
          if (action.type === 'add') {
            const item = { name, bytes: action.bytes }
            const expected = reference.add(item, action.limits)
            const { isQueued, dropped } = outbox.add(item, item.bytes, action.limits)
            expect(dropped).toEqual(expected)
            expect(isQueued).toBe(!expected.includes(item))
          } else if (action.type === 'drain') {
            const sent: Item[] = []
            outbox.drain((item) => sent.length < action.count && sent.push(item) > 0)
            expect(sent).toEqual(reference.drain(action.count))
          } else {
            expect(outbox.clear()).toEqual(reference.clear())
          }
          expect(outbox.size).toBe(reference.list().length)
        }
        expect(outbox.clear()).toEqual(reference.list())
      }),
      { numRuns: 5000 },
    )
  })
})

test('adds and drains in linear time', () => {
  const limits = { messages: 400_000, bytes: Infinity, overflow: 'drop-oldest' } as const
  // In quadratic time the test would time out.
  const drainAll = (count: number) => {
    const outbox = createOutbox<number>()
    for (let index = 0; index < count; index++) outbox.add(index, 1, limits)
    const drained: number[] = []
    outbox.drain((item) => drained.push(item) > 0)
    expect([drained.length, drained[0], drained.at(-1), outbox.size, outbox.bytes]).toEqual([
      count,
      0,
      count - 1,
      0,
      0,
    ])
  }
  drainAll(100_000)
  drainAll(400_000)
})
