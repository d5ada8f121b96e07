import { type TautlineError, createConnection, eventSource, json, longPoll } from '@tautline/core'
import { expect, onTestFinished, test } from 'vitest'
import {
  type Item,
  createLiveTransports,
  liveOptions,
  numbers,
  pollOptions,
} from '../../server/scenarios/connection/live-connection.ts'
import { url } from '../support/demo-server.ts'

test('[connection-resume] a server whose CORS headers forbid Last-Event-ID: the long poll continues, and nothing is lost', async () => {
  const { live } = createLiveTransports(url)
  const connection = createConnection(
    [
      eventSource(`${live.url}?cors=strict`, { greets: true }),
      longPoll(`${live.url}?wait=5000`, pollOptions),
    ],
    { ...liveOptions, codec: json<Item, object>(), initialCursor: undefined },
  )
  const received: number[] = []
  const gaps: TautlineError[] = []
  connection.on('message', ({ seq }) => received.push(seq))
  connection.on('error', (error) => void (error.code === 'gap' && gaps.push(error)))
  connection.open()
  onTestFinished(() => connection.close())
  const transport = () => connection.getSnapshot().transport
  await expect.poll(transport).toBe('event-source')
  await live.publish(100)
  await expect.poll(() => received.length).toBe(100)
  await live.fault('event-source', 'cut')
  await live.publish(100)
  await expect.poll(transport).toBe('long-poll')
  await live.heal()
  await live.publish(300, { rate: 300 })
  await expect.poll(() => received.length).toBe(500)
  expect([transport(), received, gaps]).toEqual(['long-poll', numbers(500), []])
})
