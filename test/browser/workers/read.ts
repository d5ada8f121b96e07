import { createWebSocket, json } from '@tautline/core'

/** Reads a numbered stream to its end, across whatever befalls the line. */
export async function read(address: string): Promise<readonly number[]> {
  const seen: number[] = []
  const client = createWebSocket(() => `${address}&from=${seen.at(-1) ?? 0}`, {
    codec: json<{ readonly n?: number }>(),
    retry: { delay: () => 20 },
    linger: 0,
  })
  for await (const { n } of client) {
    if (n === undefined) break
    seen.push(n)
  }
  return seen
}
