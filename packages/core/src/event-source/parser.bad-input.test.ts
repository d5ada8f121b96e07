import { describe, expect, test } from 'vitest'
import { isTautlineError } from '../shared/errors.ts'
import { type EventStreamHandlers, createEventStreamParser } from './parser.ts'

/** Creates a parser with this limit, and records the data that it dispatches and the error that `feed` throws. */
function bounded(limit: number, own: Partial<EventStreamHandlers> = {}) {
  const data: string[] = []
  const handlers: EventStreamHandlers = {
    onEvent: (event) => data.push(event.data),
    onId: () => {},
    onRetry: () => {},
    ...own,
  }
  const parser = createEventStreamParser(handlers, { limit })
  const thrown = (text: string): unknown => {
    try {
      parser.feed(text)
    } catch (error) {
      return error
    }
    return undefined
  }
  return { parser, data, thrown }
}

describe('an event above the bound', () => {
  test.each([
    ['of data', 'data:12345', 'data:123456'],
    ['of a comment', ':123456789', ':1234567890'],
    ['of an unknown field', 'x123456789', 'x1234567890'],
    ['of a name', 'event:1234', 'event:12345'],
    ['of the data so far, with the line that follows', 'data:12345\nid:12', 'data:12345\nid:123'],
    ['of the data so far, with a comment behind it', 'data:12345\n:1234', 'data:12345\n:12345'],
    ['of many short lines', 'data:1\ndata:2\ndata:34', 'data:1\ndata:2\ndata:345'],
    ['of many empty lines', 'data\n'.repeat(8), 'data\n'.repeat(9)],
  ])('%s', (_, fits, over) => {
    const wholes = [fits, over, `${fits}\n\n`, `${over}\n\n`]
    for (const pieces of [(text: string) => [text], (text: string) => text.split('')]) {
      const errors = wholes.map((text) => {
        const { thrown } = bounded(10)
        return pieces(text).map(thrown).find(Boolean)
      })
      expect(errors.map((error) => isTautlineError(error, 'too-large'))).toEqual([false, true, false, true])
    }
  })

  test('throws once, and no more events are emitted', () => {
    const { thrown, data } = bounded(10)
    expect(thrown('data:a\n\ndata:123456\n\ndata:b\n\n')).toMatchObject({
      code: 'too-large',
      message: 'An event has more than 10 characters: raise maxEventLength, or send smaller events',
      limit: 10,
    })
    expect(thrown('\n\ndata:c\n\n')).toBeUndefined()
    expect(data).toEqual(['a'])
  })

  test('counts each event by itself', () => {
    const { thrown, data } = bounded(10)
    expect(thrown('data:12345\n\n'.repeat(3) + ':123456789\n'.repeat(3))).toBeUndefined()
    expect(data).toEqual(['12345', '12345', '12345'])
  })
})

describe('a line without an end', () => {
  // Each test takes about 0.1 s. In quadratic time it would take minutes and exceed the time limit.
  const million = 1_000_000

  test('is read in a time that grows with it, and not with its square', () => {
    const { parser, data } = bounded(2 * million)
    parser.feed('data:')
    for (let count = 0; count < million; count++) parser.feed('x')
    parser.feed('\n\n')
    expect(data.map(({ length }) => length)).toEqual([million])
  })

  test('ends at the bound, and at once', () => {
    const { thrown } = bounded(million)
    let fed = 0
    while (thrown(':'.repeat(1000)) === undefined) fed += 1000
    expect(fed).toBe(million)
  })

  test('in a name without a colon, the search for the colon ends with the line', () => {
    const { thrown, data } = bounded(million)
    expect(thrown(`${'x\n'.repeat(million)}data\n\n`)).toBeUndefined()
    expect(data).toEqual([''])
  })
})

describe('a handler', () => {
  const stream = 'retry: 1\nid: 1\n\ndata: a\n\ndata: b\n\nretry: 2\nid: 2\n\n'

  test.each([
    ['retry', ['retry']],
    ['cursor', ['retry', 'cursor']],
    ['event', ['retry', 'cursor', 'event']],
  ] as const)('of %s that stops gets nothing more, of this piece or the next', (name, expected) => {
    const calls: string[] = []
    const note = (own: string) => () => {
      calls.push(own)
      if (own === name) parser.stop()
    }
    const parser = createEventStreamParser(
      { onEvent: note('event'), onId: note('cursor'), onRetry: note('retry') },
      { limit: 100 },
    )
    parser.feed(stream)
    parser.feed(stream)
    expect(calls).toEqual(expected)
  })

  test.each(['onRetry', 'onId', 'onEvent'] as const)(
    'of %s that throws ends it, and feed throws the same',
    (name) => {
      const bug = new Error('a bug')
      let calls = 0
      const { thrown } = bounded(100, {
        [name]: () => {
          calls++
          throw bug
        },
      })
      expect(thrown(stream)).toBe(bug)
      expect(thrown(stream)).toBeUndefined()
      expect(calls).toBe(1)
    },
  )

  test('that stops in the middle of an event discards it', () => {
    const { parser, data } = bounded(100)
    parser.feed('data: a\n\ndata: b')
    parser.stop()
    parser.feed('\n\ndata: c\n\n')
    expect(data).toEqual(['a'])
  })
})
