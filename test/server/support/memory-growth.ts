export const CYCLES = 200

/**
 * The limit for the heap's growth in the second hundred cycles. A leaked request costs 10 kB and more with what it
 * refers to, so that a leak in each cycle would be 1 MB. Other work in the process and the collector's noise are some 100 kB.
 */
export const SLACK = 950_000

export interface Heap {
  /** Collects garbage, and returns the number of bytes in use. */
  used(): Promise<number>
}

/** Returns the heap's growth in the second half of the cycles, in bytes. */
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
