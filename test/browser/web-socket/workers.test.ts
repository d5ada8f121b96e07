import { describe, expect, onTestFinished, test } from 'vitest'
import { countsOf, publish } from '../../server/support/long-poll/polls.ts'
import { until, upTo } from '../../server/support/event-source/stream.ts'
import { newsOf } from '../../server/support/environment-harness.ts'
import { connectionsTo } from '../support/demo-server.ts'
import { harness } from '../support/environments.ts'
import { LAST, type ReadTask } from '../workers/read.ts'

/** A stream of numbers whose connection is cut repeatedly before it ends. */
interface Source {
  readonly task: ReadTask
  /** The same without an end. */
  readonly endless: ReadTask
  /** The number of its readers, as the server counts them. */
  readers(): Promise<number>
}

async function socketSource(): Promise<Source> {
  const match = `/counted?stream=${harness.unique()}`
  await harness.addProxyRule({ fault: 'cut', bytes: 3, afterFrames: 100, match, count: 3 })
  const task = (query: string): ReadTask => ({
    what: 'socket',
    address: `${harness.proxyUrl}${match}${query}`,
  })
  return {
    task: task(`&last=${LAST}&rate=5000`),
    endless: task('&last=1000000&rate=10'),
    readers: async () => (await connectionsTo(match)).length,
  }
}

async function eventSource(): Promise<Source> {
  const stream = harness.unique()
  const match = `/news?stream=${stream}`
  await harness.addFault({ fault: 'cut', afterEvents: 30, bytes: 9, match, count: 10 })
  const task = (query: string): ReadTask => ({ what: 'events', address: `${harness.url}${match}${query}` })
  return {
    task: task(`&last=${LAST}&rate=5000`),
    endless: task('&rate=10'),
    readers: async () => (await newsOf(harness, stream)).live,
  }
}

async function pollSource(): Promise<Source> {
  const log = harness.unique()
  const target = `/poll/couch/${log}/_changes?feed=longpoll&timeout=30000&limit=20&client=${log}`
  await harness.addFault({ fault: 'cut', bytes: 30, match: target, count: 10 })
  await publish(harness, log, upTo(LAST).map(String))
  return {
    task: { what: 'polls', address: harness.url + target },
    endless: { what: 'polls', address: `${harness.url}${target}&since=now` },
    readers: async () => (await countsOf(harness, log)).inFlight,
  }
}

const messageFrom = (port: Worker | MessagePort) =>
  new Promise<unknown>((resolve) => {
    port.onmessage = (event: MessageEvent<unknown>) => resolve(event.data)
  })

describe.each([
  ['a WebSocket', socketSource],
  ['server-sent events', eventSource],
  ['a long poll', pollSource],
])('%s', (_, createSource) => {
  test('a Web Worker reads every message once although the connection is cut, and leaves no connection', async () => {
    const { task, readers } = await createSource()
    const worker = new Worker(new URL('../workers/dedicated.ts', import.meta.url), { type: 'module' })
    onTestFinished(() => worker.terminate())
    const seen = messageFrom(worker)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is sent to, not a window
    worker.postMessage(task)
    expect(await seen).toEqual(upTo(LAST))
    await until(async () => expect(await readers()).toBe(0))
  })

  test('a SharedWorker does so too', async () => {
    const { task, readers } = await createSource()
    const { port } = new SharedWorker(new URL('../workers/shared.ts', import.meta.url), { type: 'module' })
    onTestFinished(() => port.close())
    const seen = messageFrom(port)
    port.postMessage(task)
    expect(await seen).toEqual(upTo(LAST))
    await until(async () => expect(await readers()).toBe(0))
  })

  test('terminating a worker closes its connection', async () => {
    const { endless, readers } = await createSource()
    const worker = new Worker(new URL('../workers/dedicated.ts', import.meta.url), { type: 'module' })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is sent to, not a window
    worker.postMessage(endless)
    await until(async () => expect(await readers()).toBe(1))
    worker.terminate()
    await until(async () => expect(await readers()).toBe(0))
  })
})
