// Two switches of Chromium give them to the page.
const { gc, performance } = globalThis as unknown as {
  gc: () => void
  performance: { memory: { usedJSHeapSize: number } }
}

/** Collects what can be collected, and says how many bytes are in use. Chromium rounds it to some kilobytes. */
export async function usedHeap(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise(requestAnimationFrame)
    gc()
  }
  return performance.memory.usedJSHeapSize
}
