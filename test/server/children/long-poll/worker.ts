// A worker thread that polls a log up to its last message, and posts what it has received.
import { parentPort, workerData } from 'node:worker_threads'
import { createLongPoll, query } from '../../../../packages/core/src/index.ts'

// What the test passes to the worker.
const { url, last } = workerData as { url: string; last: number }
const seen: string[] = []
const poll = createLongPoll(url, {
  cursor: query('since', (body) => body.last_seq),
  messages: (body): readonly { readonly doc: { readonly text: string } }[] => body.results,
  retry: { delay: () => 5 },
  minGap: 5,
})
for await (const { doc } of poll) {
  seen.push(doc.text)
  if (seen.length === last) break
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(seen)
