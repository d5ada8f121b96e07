import { expect, onTestFinished, test, vi } from 'vitest'
import { addProxyRule, connectionsTo, proxyUrl, unique } from './support/demo-server.ts'

const LAST = 500

/** Where the line is cut three times before the stream ends. */
async function cutStream(): Promise<{ readonly match: string; readonly address: string }> {
  const match = `/counted?stream=${unique()}`
  await addProxyRule({ fault: 'cut', bytes: 3, afterFrames: 100, match, count: 3 })
  return { match, address: `${proxyUrl}${match}&last=${LAST}&rate=5000` }
}

async function expectAll(seen: unknown, match: string): Promise<void> {
  expect(seen).toEqual(Array.from({ length: LAST }, (_, index) => index + 1))
  await vi.waitFor(async () => expect(await connectionsTo(match)).toEqual([]), { timeout: 10_000 })
}

const answerOf = (port: Worker | MessagePort) =>
  new Promise<unknown>((resolve) => {
    port.onmessage = (event: MessageEvent<unknown>) => resolve(event.data)
  })

test('a Web Worker reads every message once, across cuts, and leaves no connection', async () => {
  const { match, address } = await cutStream()
  const worker = new Worker(new URL('workers/dedicated.ts', import.meta.url), { type: 'module' })
  onTestFinished(() => worker.terminate())
  const seen = answerOf(worker)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is sent to, not a window
  worker.postMessage(address)
  await expectAll(await seen, match)
})

test('a SharedWorker does too', async () => {
  const { match, address } = await cutStream()
  const { port } = new SharedWorker(new URL('workers/shared.ts', import.meta.url), { type: 'module' })
  onTestFinished(() => port.close())
  const seen = answerOf(port)
  port.postMessage(address)
  await expectAll(await seen, match)
})

test('a worker that is terminated takes its connection with it', async () => {
  const match = `/counted?stream=${unique()}`
  const worker = new Worker(new URL('workers/dedicated.ts', import.meta.url), { type: 'module' })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is sent to, not a window
  worker.postMessage(`${proxyUrl}${match}&last=1000000&rate=10`)
  await vi.waitFor(async () => expect(await connectionsTo(match)).toHaveLength(1), { timeout: 10_000 })
  worker.terminate()
  await vi.waitFor(async () => expect(await connectionsTo(match)).toEqual([]), { timeout: 10_000 })
})
