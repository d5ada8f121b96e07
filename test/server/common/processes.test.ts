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

test.each(['close', 'loop'])('a process that has left its connection (%s) ends by itself', async (how) => {
  // If anything kept the process alive, it would never end. If it fails, the promise rejects.
  const { stdout, stderr } = await run(process.execPath, [
    script('web-socket/once'),
    `${server.now.url}/ticker?rate=100`,
    how,
  ])
  expect(stdout).toBe('received 3\nnothing left to do\n')
  expect(stderr).toBe('')
})

test('a process that closes a broken connection ends by itself', async () => {
  server.now.proxy.rules.add({ fault: 'cut', bytes: 2, afterFrames: 2, match: '/ticker' })
  const { stdout } = await run(process.execPath, [
    script('web-socket/once'),
    `${server.now.proxyUrl}/ticker?rate=100`,
    'close',
  ])
  expect(stdout).toBe('received 3\nnothing left to do\n')
})

test('a worker thread reads every message once with for await, although the connection breaks; then it ends by itself', async () => {
  server.now.proxy.rules.add({ fault: 'cut', bytes: 2, afterFrames: 100, match: '/counted', count: 3 })
  const url = `${server.now.proxyUrl}/counted?stream=worker&rate=5000`
  const worker = new Worker(script('web-socket/worker'), { workerData: { url, last: 500 } })
  // Both listeners from the start: the last message and the exit may arrive in one task.
  const events = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  expect(events).toEqual([[Array.from({ length: 500 }, (_, index) => index + 1)], [0]])
})

test.each(['close', 'loop'])('a process that has left its stream (%s) ends by itself', async (how) => {
  const { stdout, stderr } = await run(process.execPath, [
    script('event-source/once'),
    `${server.now.url}/news?stream=once&rate=100`,
    how,
  ])
  expect(stdout).toBe('received 3\nnothing left to do\n')
  expect(stderr).toBe('')
})

test('a worker thread reads a stream to its end with for await, although the connection breaks; then it ends by itself', async () => {
  const match = '/news?stream=worker'
  server.now.faults.add({ fault: 'cut', afterEvents: 10, bytes: 9, match, count: 10 })
  const worker = new Worker(script('event-source/worker'), {
    workerData: { url: `${server.now.url}${match}&rate=5000&last=150` },
  })
  const events = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  expect(events).toEqual([[Array.from({ length: 150 }, (_, index) => index + 1)], [0]])
})

test.each([
  ['close', 'without faults', 0],
  ['loop', 'without faults', 0],
  ['close', 'after responses that were cut', 3],
])('[close] a process that has left its poll (%s), %s, ends by itself', async (how, _, cuts) => {
  const log = `once-${how}-${cuts}`
  const target = `/poll/couch/${log}/_changes?feed=longpoll`
  server.now.polls.publish(log, textsBetween(1, 3))
  if (cuts > 0) server.now.faults.add({ fault: 'cut', bytes: 9, match: target, count: cuts })
  const { stdout, stderr } = await run(process.execPath, [
    script('long-poll/once'),
    server.now.url + target,
    how,
  ])
  expect(stdout).toBe('received 3\nnothing left to do\n')
  expect(stderr).toBe('')
  expect(outcomesOf(server.now, target).filter((outcome) => outcome === 'cut')).toHaveLength(cuts)
})

test('[poll-sequence] [cursor] a worker thread polls every message once with for await, although the connection breaks; then it ends by itself', async () => {
  const target = '/poll/couch/worker/_changes?feed=longpoll&limit=10'
  server.now.faults.add({ fault: 'cut', bytes: 9, match: target, count: 10 })
  server.now.polls.publish('worker', textsBetween(1, 150))
  const worker = new Worker(script('long-poll/worker'), {
    workerData: { url: `${server.now.url}${target}&client=worker`, last: 150 },
  })
  const events = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  expect(events).toEqual([[textsBetween(1, 150)], [0]])
  // The server notices the end of the connection a little later.
  await until(() => expect(server.now.polls.counts('worker')).toMatchObject({ inFlight: 0, mostInFlight: 1 }))
})
