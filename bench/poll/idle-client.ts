import { createLongPoll, query } from '../../packages/core/src/long-poll/index.ts'

// A process of its own, so that its memory and its CPU are those of the polls alone: told what to do by the bench, and answers with where it is.

/** What this process is told. */
export type Order =
  | { readonly to: 'open'; readonly by: string; readonly from: number; readonly count: number }
  | { readonly to: 'say'; readonly collect: boolean }

/** Where this process is. */
export interface Standing {
  /** Bytes of memory that JavaScript holds. */
  readonly heap: number
  /** CPU that was used so far, in µs. */
  readonly cpu: number
  readonly timers: number
}

const [, , origin = ''] = process.argv

/** What the loop forgets: to fail, to wait, and where it was; without a signal also to end. */
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

function standing(collect: boolean): Standing {
  // More than once: what a finalizer lets go is only found by the next one.
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
  } else process.send?.(standing(order.collect))
})
// Without the bench there is nothing to do.
process.on('disconnect', () => process.exit())
