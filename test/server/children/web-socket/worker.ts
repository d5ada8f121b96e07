// A worker thread that reads a WebSocket to its end, and posts what it has received.
import { parentPort, workerData } from 'node:worker_threads'
import { createWebSocket, json } from '../../../../packages/core/src/index.ts'

// What the test passes to the worker.
const { url, last } = workerData as { url: string; last: number }
const seen: number[] = []
const client = createWebSocket(() => `${url}&from=${seen.at(-1) ?? 0}&last=${last}`, {
  codec: json<{ readonly n?: number }>(),
  retry: { delay: () => 20 },
})
for await (const { n } of client) {
  if (n === undefined) client.close()
  else seen.push(n)
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(seen)
