import { createLongPoll, query } from '../../packages/core/src/long-poll/index.ts'

// Runs in a separate process, to measure the memory and CPU time of the polls alone. It receives orders from the bench, and reports its usage.

/** An order from the bench. */
export type Order =
  | { readonly to: 'open'; readonly by: string; readonly from: number; readonly count: number }
  | { readonly to: 'report'; readonly collect: boolean }

/** The resource usage of this process. */
export interface Usage {
  /** Bytes of JavaScript memory. */
  readonly heap: number
  /** CPU time so far, in µs. */
  readonly cpu: number
  readonly timers: number
}

const [, , origin = ''] = process.argv

/** A minimal poll loop without error handling, delays or a cursor. Without a signal it cannot be stopped. */
async function loop(url: string, signal: () => AbortSignal | null): Promise<void> {
  for (;;) {
    const response = await fetch(url, { signal: signal() })
    await response.text()
  }
}

const ways: Record<string, (url: string) => unknown> = {
  loop: (url) => loop(url, () => null),
  signal: (url) => loop(url, () => new AbortController().signal),
  tautline: (url) =>
    createLongPoll(url, { cursor: query('since', () => undefined), initialCursor: '0' }).open(),
}

function usage(collect: boolean): Usage {
  // Three times, because objects that a finalizer releases are collected by the next run only.
  if (collect) for (let turn = 0; turn < 3; turn++) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  return { heap: heapUsed + external, cpu: user + system, timers }
}

process.on('message', (order: Order) => {
  if (order.to === 'open') {
    for (let number = 0; number < order.count; number++)
      void ways[order.by]?.(`${origin}/${order.from + number}`)
  } else process.send?.(usage(order.collect))
})
// Exits together with the bench.
process.on('disconnect', () => process.exit())
