import { describe, expect, test } from 'vitest'
import { createEventSource, json, text } from '@tautline/core'
import { is } from '../../support/web-socket/raw-socket.ts'
import { brisk, follow, items, seqs, until, upTo } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

const SHAPES = ['one-byte', 'crlf', 'cr', 'bom', 'gzip'] as const

/** One example of each rule of the format, with characters of one to four bytes in UTF-8. */
const STREAM = [
  ': a comment',
  '',
  'data: first',
  '',
  'id: …é🪢',
  'event: price',
  'data:  with a space, “quotes” — and 🪢',
  'data',
  'data:last line: with a colon',
  '',
  'id: moved on',
  '',
  'data:',
  '',
  'unknown: field',
  'event:',
  'data: a message again',
  '',
  'data: never finished',
  '',
].join('\n')

const EVENTS = [
  { event: 'message', data: 'first', id: '' },
  { event: 'price', data: ' with a space, “quotes” — and 🪢\n\nlast line: with a colon', id: '…é🪢' },
  { event: 'message', data: '', id: 'moved on' },
  { event: 'message', data: 'a message again', id: 'moved on' },
]

/** Event streams that arrive in pieces of different sizes and forms. */
export function bytes(harness: EnvironmentHarness): void {
  describe('bytes of event streams', () => {
    test.each([...SHAPES, 'plain'])(
      '[event-stream-syntax] %s: every event arrives unchanged',
      async (shape) => {
        const body = encodeURIComponent(STREAM)
        const fault = shape === 'plain' ? '' : `&fault=${shape}`
        const connection = follow(
          createEventSource(`${harness.url}/raw?body=${body}${fault}`, {
            ...brisk,
            events: { message: text(), price: text() },
            atEnd: 'complete',
          }),
        )
        await connection.until(is('closed'))
        expect(connection.messages).toEqual(EVENTS)
        expect(connection.client.getSnapshot()).toMatchObject({
          closed: { by: 'complete' },
          lastEventId: 'moved on',
        })
      },
    )

    test.each(SHAPES)(
      '[event-stream-syntax] [event-stream-responses] %s: a stream of news is complete, and resumes',
      async (shape) => {
        const target = `/news?stream=${harness.unique()}&rate=5000&count=20&last=60`
        await harness.addFault({ fault: shape, match: target, count: 'always' })
        const connection = follow(
          createEventSource(harness.url + target, { ...brisk, codec: items, lastEventId: '0' }),
        )
        await connection.until(is('closed'))
        expect(seqs(connection.messages)).toEqual(upTo(60))
        expect(connection.errors).toEqual([])
      },
    )

    flooded(harness)
    endless(harness)
  })
}

function flooded(harness: EnvironmentHarness): void {
  test.each(['tokens', 'multiline'])(
    '[every-message] 6 MB of %s: every event is received and reduced once and in order',
    async (kind) => {
      let folded = 0
      let gaps = 0
      const connection = follow(
        createEventSource(`${harness.url}/flood?bytes=6000000&kind=${kind}`, {
          ...brisk,
          events: { message: text(), end: json<{ readonly events: number; readonly bytes: number }>() },
          atEnd: 'complete',
          initialData: 0,
          reduce(received, { event }, { id }) {
            if (event === 'end') return received
            if (Number(id) !== received) gaps += 1
            folded += 1
            return received + 1
          },
        }),
      )
      await connection.until(is('closed'))
      const last = connection.messages.at(-1)
      const events = last?.event === 'end' ? last.data.events : 0
      expect(events).toBeGreaterThan(3000)
      expect({ folded, gaps, received: connection.messages.length }).toEqual({
        folded: events,
        gaps: 0,
        received: events + 1,
      })
      expect(connection.client.getSnapshot().data).toBe(events)
    },
  )
}

function endless(harness: EnvironmentHarness): void {
  test.each([
    ['line', 'data: '.padEnd(50_000, 'a')],
    ['event of many lines', 'data: aaaaaaaa\n'.repeat(3000)],
    ['comment', ':'.padEnd(50_000, 'a')],
  ])(
    '[event-stream-syntax] an endless %s is a too-large error, and the connection ends',
    async (_, endless) => {
      const target = `/raw?hold=1&test=${harness.unique()}`
      const connection = follow(
        createEventSource(
          `${harness.proxyUrl}${target}&body=${encodeURIComponent(`data: a\n\n${endless}`)}`,
          {
            ...brisk,
            maxEventLength: 20_000,
          },
        ),
      )
      await connection.until(is('closed'))
      expect(connection.messages).toEqual(['a'])
      expect(connection.client.getSnapshot().closed).toMatchObject({
        by: 'fatal',
        error: { code: 'too-large', limit: 20_000 },
      })
      await until(async () => expect(await harness.connectionsTo(target)).toEqual([]))
    },
  )
}
