import { type FetchSnapshot, createFetch } from '@tautline/core'

/** The request that the worker sends. */
export interface FetchTask {
  readonly url: string
  /** The number of requests, one after the other. */
  readonly times: number
}

/** The results: each response, and whether it was the same object as the one before. */
export interface Seen {
  readonly data: unknown
  readonly same: boolean
  readonly status: string
  readonly progress: FetchSnapshot<unknown>['progress']
}

async function runTask({ url, times }: FetchTask): Promise<readonly Seen[]> {
  const client = createFetch(url, { retry: { delay: () => 5 } })
  const seen: Seen[] = []
  let before: unknown
  const leave = client.subscribe(() => {})
  for (let number = 0; number < times; number += 1) {
    const data = await client.refetch()
    const { status, progress } = client.getSnapshot()
    seen.push({ data, same: data === before, status, progress })
    before = data
  }
  leave()
  return seen
}

addEventListener('message', (event: MessageEvent<FetchTask>) => {
  void runTask(event.data).then((seen) => postMessage(seen))
})
