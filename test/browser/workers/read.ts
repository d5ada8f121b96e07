import { createEventSource, createLongPoll, createWebSocket, json, query } from '@tautline/core'

/** The last number of the stream. */
export const LAST = 500

/** The stream that the worker reads. */
export interface ReadTask {
  readonly what: keyof typeof readers
  readonly address: string
}

const options = { retry: { delay: () => 20 }, closeDelay: 0 }

/** Each function reads numbers to the end of a stream, although the connection breaks. */
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
  async polls(address: string): Promise<readonly number[]> {
    const seen: number[] = []
    const changes = createLongPoll(address, {
      ...options,
      codec: json<{
        readonly last_seq: string
        readonly results: readonly { readonly doc: { text: string } }[]
      }>(),
      cursor: query('since', (body) => body.last_seq),
      messages: ({ results }) => results,
    })
    for await (const { doc } of changes) {
      seen.push(Number(doc.text))
      // A log has no end of its own.
      if (seen.length === LAST) break
    }
    return seen
  },
}

export const read = ({ what, address }: ReadTask): Promise<readonly number[]> => readers[what](address)
