// Chromium provides both functions only with two command-line switches.
const { gc, performance } = globalThis as unknown as {
  gc: () => void
  performance: { memory: { usedJSHeapSize: number } }
}

/** Collects garbage, and returns the number of bytes in use. Chromium rounds it to some kilobytes. */
export async function usedHeap(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise(requestAnimationFrame)
    gc()
  }
  return performance.memory.usedJSHeapSize
}
