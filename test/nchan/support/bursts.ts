import type { Nginx } from './nginx.ts'

/** The texts of messages with these numbers, both included. */
export const numbered = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `message ${first + index}`)

/** Publishes in this order: sends the next message when the server has accepted the one before. */
export async function publishAll(
  nginx: Pick<Nginx, 'publish'>,
  channel: string,
  texts: readonly string[],
): Promise<void> {
  for (const text of texts) {
    const { status } = await nginx.publish(channel, text)
    if (status !== 201 && status !== 202) throw new Error(`The server responded to a message with ${status}`)
  }
}

/** Publishes all of them in bursts of this size, and calls a function between two bursts. */
export async function publishInBursts(
  nginx: Pick<Nginx, 'publish'>,
  channel: string,
  {
    texts,
    size,
    between,
  }: { texts: readonly string[]; size: number; between(burst: number): Promise<unknown> },
): Promise<void> {
  for (let start = 0; start < texts.length; start += size) {
    if (start > 0) await between(start / size)
    await publishAll(nginx, channel, texts.slice(start, start + size))
  }
}
