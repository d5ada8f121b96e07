import { onTestFinished, describe, expect, test } from 'vitest'
import {
  type WebSocketConstructor,
  createWebSocket,
  isTautlineError,
  json,
  jsonFrames,
  resumable,
} from '@tautline/core'
import { record } from '../support/recorded.ts'
import { startLogServer } from '../support/web-socket/log-server.ts'
import { platforms } from '../support/web-socket/platforms.ts'
import { brisk } from '../support/web-socket/raw-socket.ts'

const frames = jsonFrames({ id: 'n', data: 'text' })
const isNext = (id: string, before: string) => Number(id) === Number(before) + 1

/** Follows a log, and records what arrives. */
function follow(
  url: string,
  WebSocket: WebSocketConstructor,
  resume = resumable({ frames, query: 'after' }),
) {
  const client = createWebSocket<string>(url, {
    ...brisk,
    codec: json<string>(),
    resume,
    environment: { WebSocket },
  })
  onTestFinished(() => client.close())
  const recorded = record<string, typeof client>(client)
  client.open()
  return recorded
}

const texts = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => `m${first + index}`)

const gapsIn = (errors: readonly Error[]) =>
  errors.filter((error) => isTautlineError(error, 'gap')).map(({ after, before }) => [after, before])

describe.each(platforms)('[resume] with %s', (_, WebSocket) => {
  test.each([
    ['that sends what is behind the cursor', false],
    ['that sends the message of the cursor again', true],
  ])(
    '600 messages over ten cuts: none is lost, none twice, in order, from a server %s',
    async (_name, isInclusive) => {
      const server = await startLogServer({ cut: { after: 53, count: 10 }, isInclusive })
      const log = follow(server.url, WebSocket)
      await log.until(({ opens }) => opens.length > 0)
      await server.publish(600)
      await log.until(({ messages }) => messages.length >= 600)
      expect(log.messages).toEqual(texts(1, 600))
      expect(log.infos.map(({ id }) => id)).toEqual(texts(1, 600).map((text) => text.slice(1)))
      expect(server.queries).toHaveLength(11)
      expect(log.errors).toHaveLength(10)
      expect(log.client.getSnapshot()).toMatchObject({ status: 'open', cursor: '600' })
    },
  )

  test('four swallowed messages are found and requested again; one that stays missing is a gap', async () => {
    const swallowed = new Map([
      [50, 1],
      [51, 1],
      [120, Number.POSITIVE_INFINITY],
      [300, 1],
    ])
    const server = await startLogServer({ swallowed, cut: { after: 90, count: 3 } })
    const log = follow(server.url, WebSocket, resumable({ frames, query: 'after', isNext }))
    await log.until(({ opens }) => opens.length > 0)
    await server.publish(500)
    await log.until(({ messages }) => messages.length >= 499)
    expect(log.messages).toEqual(texts(1, 500).filter((text) => text !== 'm120'))
    expect(gapsIn(log.errors)).toEqual([['119', '121']])
  })

  test('a server that forgets the cursor is a gap, and is followed without a loop of connections', async () => {
    const server = await startLogServer({ forgetsAfter: 1, cut: { after: 20, count: 1 } })
    const log = follow(server.url, WebSocket, resumable({ frames, query: 'after', isNext }))
    await log.until(({ opens }) => opens.length > 0)
    await server.publish(30)
    await log.until(({ messages }) => messages.length >= 50)
    expect(log.messages).toEqual([...texts(1, 20), ...texts(1, 30)])
    expect(gapsIn(log.errors)).toEqual([['20', '1']])
    expect(server.queries).toEqual(['', '?after=20', '?after=20'])
  })
})
