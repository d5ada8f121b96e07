// A worker thread that reads a connection to its end, and tells what it has read.
import { parentPort, workerData } from 'node:worker_threads'
import { createWebSocket, json } from '../../../../packages/core/src/index.ts'

// What the test hands to the worker.
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
