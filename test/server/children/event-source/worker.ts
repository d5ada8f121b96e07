// A worker thread that reads an event stream of news to its end, and posts what it has received.
import { parentPort, workerData } from 'node:worker_threads'
import { createEventSource, json } from '../../../../packages/core/src/index.ts'

// What the test passes to the worker.
const { url } = workerData as { url: string }
const seen: number[] = []
const client = createEventSource(url, {
  codec: json<{ readonly seq: number }>(),
  lastEventId: '0',
  retry: { delay: () => 5 },
})
for await (const { seq } of client) seen.push(seq)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(seen)
