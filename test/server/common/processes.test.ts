import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { textsBetween } from '../support/long-poll/polls.ts'
import { outcomesOf, useDemoServer } from '../support/server.ts'
import { until } from '../support/event-source/stream.ts'

const server = useDemoServer()
const run = promisify(execFile)
const script = (name: string): string => fileURLToPath(new URL(`../children/${name}.ts`, import.meta.url))

test.each(['close', 'loop'])(
  'a process that has let go of its connection (%s) ends by itself',
  async (how) => {
    // A process that anything kept alive would never end; one that fails rejects.
    const { stdout, stderr } = await run(process.execPath, [
      script('web-socket/once'),
      `${server.now.url}/ticker?rate=100`,
      how,
    ])
    expect(stdout).toBe('heard 3\nnothing is left to wait for\n')
    expect(stderr).toBe('')
  },
)

test('a process that closes a connection which was cut ends by itself', async () => {
  server.now.proxy.rules.add({ fault: 'cut', bytes: 2, afterFrames: 2, match: '/ticker' })
  const { stdout } = await run(process.execPath, [
    script('web-socket/once'),
    `${server.now.proxyUrl}/ticker?rate=100`,
    'close',
  ])
  expect(stdout).toBe('heard 3\nnothing is left to wait for\n')
})

test('a worker thread reads with for await, across a cut, every message once; then it ends by itself', async () => {
  server.now.proxy.rules.add({ fault: 'cut', bytes: 2, afterFrames: 100, match: '/counted', count: 3 })
  const url = `${server.now.proxyUrl}/counted?stream=worker&rate=5000`
  const worker = new Worker(script('web-socket/worker'), { workerData: { url, last: 500 } })
  // Both from the start: its last word and its end may come in one turn.
  const events = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  expect(events).toEqual([[Array.from({ length: 500 }, (_, index) => index + 1)], [0]])
})

test.each(['close', 'loop'])('a process that has let go of its stream (%s) ends by itself', async (how) => {
  const { stdout, stderr } = await run(process.execPath, [
    script('event-source/once'),
    `${server.now.url}/news?stream=once&rate=100`,
    how,
  ])
  expect(stdout).toBe('heard 3\nnothing is left to wait for\n')
  expect(stderr).toBe('')
})

test('a worker thread reads a stream with for await, across cuts, to its end; then it ends by itself', async () => {
  const match = '/news?stream=worker'
  server.now.faults.add({ fault: 'cut', afterEvents: 10, bytes: 9, match, count: 10 })
  const worker = new Worker(script('event-source/worker'), {
    workerData: { url: `${server.now.url}${match}&rate=5000&last=150` },
  })
  const events = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  expect(events).toEqual([[Array.from({ length: 150 }, (_, index) => index + 1)], [0]])
})

test.each([
  ['close', 'as it is', 0],
  ['loop', 'as it is', 0],
  ['close', 'after answers that broke off', 3],
])('[close] a process that has let go of its poll (%s), %s, ends by itself', async (how, _, cuts) => {
  const log = `once-${how}-${cuts}`
  const target = `/poll/couch/${log}/_changes?feed=longpoll`
  server.now.polls.publish(log, textsBetween(1, 3))
  if (cuts > 0) server.now.faults.add({ fault: 'cut', bytes: 9, match: target, count: cuts })
  const { stdout, stderr } = await run(process.execPath, [
    script('long-poll/once'),
    server.now.url + target,
    how,
  ])
  expect(stdout).toBe('heard 3\nnothing is left to wait for\n')
  expect(stderr).toBe('')
  expect(outcomesOf(server.now, target).filter((outcome) => outcome === 'cut')).toHaveLength(cuts)
})

test('[poll-sequence] [cursor] a worker thread polls with for await, across cuts, for every message once; then it ends by itself', async () => {
  const target = '/poll/couch/worker/_changes?feed=longpoll&limit=10'
  server.now.faults.add({ fault: 'cut', bytes: 9, match: target, count: 10 })
  server.now.polls.publish('worker', textsBetween(1, 150))
  const worker = new Worker(script('long-poll/worker'), {
    workerData: { url: `${server.now.url}${target}&client=worker`, last: 150 },
  })
  const events = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  expect(events).toEqual([[textsBetween(1, 150)], [0]])
  // The server is notified of the end of its connection when it comes to it.
  await until(() => expect(server.now.polls.counts('worker')).toMatchObject({ inFlight: 0, mostInFlight: 1 }))
})
