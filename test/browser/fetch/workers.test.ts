import { expect, onTestFinished, test } from 'vitest'
import { countsOf, newUser } from '../../server/support/fetch/requests.ts'
import { until } from '../../server/support/event-source/stream.ts'
import { harness } from '../support/environments.ts'
import type { FetchTask, Seen } from '../workers/fetch.ts'

function start(task: FetchTask): { readonly worker: Worker; readonly seen: Promise<readonly Seen[]> } {
  const worker = new Worker(new URL('../workers/fetch.ts', import.meta.url), { type: 'module' })
  onTestFinished(() => worker.terminate())
  const seen = new Promise<readonly Seen[]>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<readonly Seen[]>) => resolve(event.data)
    worker.onerror = (event) => reject(new Error(event.message))
  })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is sent to, not a window
  worker.postMessage(task)
  return { worker, seen }
}

test('[safe-retries] [cache-fresh] a Web Worker sends a request, retries a failure, and keeps the same object after a 304', async () => {
  const { target, user } = await newUser(harness)
  await harness.addFault({ fault: 'refuse', match: target })
  await harness.addFault({ fault: 'cut', afterBytes: 9, match: target })
  const { seen } = start({ url: harness.url + target, times: 3 })
  const responses = await seen
  expect(responses).toMatchObject([
    { data: user, same: false, status: 'success' },
    { data: user, same: true, status: 'success' },
    { data: user, same: true, status: 'success' },
  ])
  const outcomes = ['refuse', 'cut', 'accepted', 'accepted', 'accepted']
  expect(await harness.outcomesOf(target)).toEqual(outcomes)
  await until(async () =>
    expect(await countsOf(harness, target)).toMatchObject({ requests: 5, notModified: 2, inFlight: 0 }),
  )
})

test('[progress] upload progress works in a worker too', async () => {
  const { seen } = start({ url: `${harness.url}/documents/300000?test=${harness.unique()}`, times: 1 })
  expect(await seen).toMatchObject([{ progress: { sent: 0, received: 300_000, total: 300_000 } }])
})

test('[abort] terminating a worker aborts its request', async () => {
  const { target } = await newUser(harness, '&delay=10000')
  const { worker } = start({ url: harness.url + target, times: 1 })
  await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
  worker.terminate()
  await until(async () => expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }))
})
