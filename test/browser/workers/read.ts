import { createEventSource, createWebSocket, json } from '@tautline/core'

/** What a worker is asked to read, and where. */
export interface Wish {
  readonly what: keyof typeof readers
  readonly address: string
}

const options = { retry: { delay: () => 20 }, linger: 0 }

/** Each reads numbers to the end of a stream, across whatever befalls the line. */
const readers = {
  async socket(address: string): Promise<readonly number[]> {
    const seen: number[] = []
    const client = createWebSocket(() => `${address}&from=${seen.at(-1) ?? 0}`, {
      ...options,
      codec: json<{ readonly n?: number }>(),
    })
    for await (const { n } of client) {
      if (n === undefined) break
      seen.push(n)
    }
    return seen
  },
  async events(address: string): Promise<readonly number[]> {
    const seen: number[] = []
    const codec = json<{ readonly seq: number }>()
    for await (const { seq } of createEventSource(address, { ...options, codec, lastEventId: '0' }))
      seen.push(seq)
    return seen
  },
}

export const read = ({ what, address }: Wish): Promise<readonly number[]> => readers[what](address)
