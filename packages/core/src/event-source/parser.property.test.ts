import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseNaively } from '../../test/event-source/naive-parser.ts'
import { type ServerSentEvent, createEventStreamParser } from './parser.ts'

/** Parses chunks and returns the calls of the callbacks, in order. */
function emitted(pieces: readonly string[], lastEventId?: string) {
  const log: (['event', ServerSentEvent] | ['cursor', string] | ['retry', number])[] = []
  const parser = createEventStreamParser(
    {
      onEvent: (event) => log.push(['event', event]),
      onId: (id) => log.push(['cursor', id]),
      onRetry: (ms) => log.push(['retry', ms]),
    },
    { lastEventId, limit: Number.POSITIVE_INFINITY },
  )
  for (const piece of pieces) parser.feed(piece)
  return log
}

/**
 * Summarizes the calls as the reference does: events, retries, and the last event ID that a reconnection would send.
 */
function summary(log: ReturnType<typeof emitted>, lastEventId: string) {
  const ids = log.flatMap((entry) =>
    entry[0] === 'event' ? [entry[1].id] : entry[0] === 'cursor' ? [entry[1]] : [],
  )
  return {
    events: log.flatMap((entry) => (entry[0] === 'event' ? [entry[1]] : [])),
    retries: log.flatMap((entry) => (entry[0] === 'retry' ? [entry[1]] : [])),
    lastEventId: ids.at(-1) ?? lastEventId,
  }
}

// Single characters make unusual lines and whole fields make blocks. Each stream has both.
const lineEnd = fc.constantFrom('\n', '\r', '\r\n')
const scraps = [
  ['data', 'id', 'event', 'retry', 'Data', 'dat', 'data:', 'data: ', 'id:', 'id: ', 'event:', 'retry:'],
  [':', ': ', ' ', '  ', '\t', '\n', '\r', '\r\n', '\n\n', '\r\r', '\0', '\uFEFF', '\u2028', '\v'],
  ['0', '42', '٣', '-1', '1e3', '9'.repeat(400), 'é', '日本', '🎉', 'x'],
]
const scrap = fc.constantFrom(...scraps.flat())
const field = fc
  .tuple(
    fc.constantFrom('data', 'data', 'id', 'event', 'retry', '', 'unknown'),
    fc.constantFrom('', ':', ': '),
    fc.constantFrom('', 'a', ' b', '1000', 'é🎉', 'a:b', '\0'),
    fc.oneof(lineEnd, fc.tuple(lineEnd, lineEnd)),
  )
  .map((parts) => parts.flat().join(''))
const stream = fc
  .array(fc.oneof({ weight: 2, arbitrary: field }, scrap), { maxLength: 30 })
  .map((parts) => parts.join(''))
/** The positions at which the stream is cut, as fractions of its length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })
const ids = fc.constantFrom('', '7', 'a')

function cutAt(positions: readonly number[], length: number): readonly (readonly [number, number])[] {
  const sorted = [
    0,
    ...positions.map((position) => Math.round(position * length)).sort((a, b) => a - b),
    length,
  ]
  return sorted.slice(1).map((end, index) => [sorted[index] ?? 0, end])
}

function decoded(text: string, positions: readonly number[]): readonly string[] {
  const bytes = new TextEncoder().encode(text)
  const decoder = new TextDecoder()
  return cutAt(positions, bytes.length).map(([from, to]) =>
    decoder.decode(bytes.subarray(from, to), { stream: true }),
  )
}

describe('for any stream', () => {
  test('the events are those of the standard’s algorithm', () => {
    fc.assert(
      fc.property(stream, cuts, ids, (text, positions, lastEventId) => {
        const pieces = cutAt(positions, text.length).map(([from, to]) => text.slice(from, to))
        expect(summary(emitted(pieces, lastEventId), lastEventId)).toEqual(parseNaively(text, lastEventId))
      }),
      { numRuns: 5000 },
    )
  })

  test('bytes give the same events as their text, in any chunks', () => {
    fc.assert(
      fc.property(fc.boolean(), stream, cuts, (mark, text, positions) => {
        // The first byte order mark is not part of the text. Two are left out: if a chunk ends inside the first one, the
        // TextDecoder of Node removes both.
        fc.pre(!mark || !text.startsWith('\uFEFF'))
        const pieces = decoded(mark ? `\uFEFF${text}` : text, positions)
        const whole = mark ? text : text.replace(/^\uFEFF/, '')
        expect(summary(emitted(pieces), '')).toEqual(parseNaively(whole))
      }),
      { numRuns: 5000 },
    )
  })

  test('chunks change neither the events nor their order', () => {
    fc.assert(
      fc.property(stream, cuts, (text, positions) => {
        const pieces = cutAt(positions, text.length).map(([from, to]) => text.slice(from, to))
        expect(emitted(pieces)).toEqual(emitted([text]))
      }),
      { numRuns: 3000 },
    )
  })

  test('an event is emitted with the chunk that completes it', () => {
    fc.assert(
      fc.property(stream, fc.nat(), (text, position) => {
        const end = text.length === 0 ? 0 : position % text.length
        const begun = text.slice(0, end)
        expect(summary(emitted([begun]), '')).toEqual(parseNaively(begun))
      }),
      { numRuns: 2000 },
    )
  })

  test('a bound on an event throws for the same streams and after the same events, in any chunks', () => {
    const outcome = (pieces: readonly string[], limit: number) => {
      const events: ServerSentEvent[] = []
      const parser = createEventStreamParser(
        { onEvent: (event) => events.push(event), onId: () => {}, onRetry: () => {} },
        { limit },
      )
      try {
        for (const piece of pieces) parser.feed(piece)
        return { events, fits: true }
      } catch {
        return { events, fits: false }
      }
    }
    fc.assert(
      fc.property(stream, cuts, fc.nat(20), (text, positions, limit) => {
        const pieces = cutAt(positions, text.length).map(([from, to]) => text.slice(from, to))
        expect(outcome(pieces, limit)).toEqual(outcome([text], limit))
      }),
      { numRuns: 3000 },
    )
  })
})
