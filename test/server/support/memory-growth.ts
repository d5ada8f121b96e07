export const CYCLES = 200

/**
 * What the second hundred cycles may add to the heap. A request that is kept costs 10 kB and more with what hangs on it, so
 * that a leak of one a cycle would be 1 MB; what else runs in the process, and the collector's own noise, are some 100 kB.
 */
export const SLACK = 950_000

export interface Heap {
  /** Collects what can be collected, and says how many bytes are in use. */
  used(): Promise<number>
}

/** What the second half of the cycles adds to the heap, in bytes. */
export async function measureMemoryGrowth(
  heap: Heap,
  cycle: (number: number) => Promise<void>,
): Promise<number> {
  let halfway = 0
  for (let number = 1; number <= CYCLES; number += 1) {
    await cycle(number)
    if (number === CYCLES / 2) halfway = await heap.used()
  }
  return (await heap.used()) - halfway
}
