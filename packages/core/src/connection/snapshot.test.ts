import { expect, test } from 'vitest'
import { type Observer, createEventSource, createLongPoll, createWebSocket } from '../index.ts'
import { createTestEnvironment } from '../testing/index.ts'

const COMMON_FIELDS = ['status', 'data', 'error', 'attempt', 'retryAt', 'waitingFor', 'closed']

type Create = (url: string, options: object) => Observer<never>

test.each<[name: string, create: Create, ownFields: readonly string[]]>([
  ['a WebSocket', (url, options) => createWebSocket(url, options), ['latency', 'queued', 'unconfirmed']],
  ['an event source', (url, options) => createEventSource(url, options), ['lastEventId']],
  ['a long poll', (url, options) => createLongPoll(url, options), ['cursor']],
])('a snapshot of %s has the common fields and those of its protocol', async (_, create, ownFields) => {
  const environment = createTestEnvironment()
  const client = create('/news', { environment })
  const fieldsNow = () => Object.keys(client.getSnapshot()).toSorted()
  const expected = [...COMMON_FIELDS, ...ownFields].toSorted()
  expect(fieldsNow()).toEqual(expected)
  expect(Object.keys(client.getServerSnapshot()).toSorted()).toEqual(expected)
  expect(Object.keys(client.preview('/other', { environment }) ?? {}).toSorted()).toEqual(expected)
  client.open()
  await environment.advance(0)
  expect(fieldsNow()).toEqual(expected)
  client.close()
  await environment.advance(16)
  expect(fieldsNow()).toEqual(expected)
})
