import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Short events of one word, tokens in the format of a language model's API, or long events of many lines. */
export type Kind = 'tokens' | 'chunks' | 'lines'

/** A stream that is built once, so that the bench does not measure the server. */
export interface Prepared {
  readonly path: string
  readonly bytes: Buffer
  readonly events: number
  /** The number of characters in the data of all events. */
  readonly length: number
}

const WORDS = 'the wind turns and all lines go taut as she leans into it while water runs along'.split(' ')
const LINES_OF_ONE = 20
const LINE_SIZE = 80

/** The data of the event with this number. Two events in a row always differ. */
const dataOf: Record<Kind, (number: number) => string> = {
  tokens: (number) => `{"t":"${WORDS[number % WORDS.length]}"}`,
  chunks: (number) =>
    JSON.stringify({
      id: 'chatcmpl-8x2Kq0Vb',
      object: 'chat.completion.chunk',
      created: 1_795_000_000,
      model: 'taut-1',
      choices: [{ index: 0, delta: { content: ` ${WORDS[number % WORDS.length]}` }, finish_reason: null }],
    }),
  lines: (number) =>
    Array.from({ length: LINES_OF_ONE }, (_, line) =>
      `${number}.${line} `.padEnd(LINE_SIZE, 'abcdefg '),
    ).join('\n'),
}

const known = new Map<string, Prepared>()

/** Returns a stream of at least `size` bytes, and at most one event more. */
export function prepare(kind: Kind, size: number): Prepared {
  const path = `/events/${kind}/${size}`
  const prepared = known.get(path) ?? { path, ...make(kind, size) }
  known.set(path, prepared)
  return prepared
}

function make(kind: Kind, size: number): Omit<Prepared, 'path'> {
  const pieces: Buffer[] = []
  let [made, events, length] = [0, 0, 0]
  while (made < size) {
    let piece = ''
    for (; piece.length < 65_536 && made + piece.length < size; events++) {
      const data = dataOf[kind](events)
      length += data.length
      piece += `id: ${events}\ndata: ${data.replaceAll('\n', '\ndata: ')}\n\n`
    }
    made += piece.length // all of it is ASCII
    pieces.push(Buffer.from(piece, 'latin1'))
  }
  return { bytes: Buffer.concat(pieces), events, length }
}

/** The bytes of one write. They are not a whole number of events. */
const SLICE = 65_536

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += SLICE) yield bytes.subarray(from, from + SLICE)
}

/** The pause after the headers with `?later`, in ms. In this time the page mounts and renders. */
const LATER = 600

/** Responds to a request for `/events/…`. Returns false for other URLs. The page closes the stream, so that no reconnect is measured. */
export function serveEvents(url: string, response: ServerResponse): boolean {
  const [, kind, size, later] = /^\/events\/(\w+)\/(\d+)(\?later)?$/.exec(url) ?? []
  if (kind !== 'tokens' && kind !== 'chunks' && kind !== 'lines') return false
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.flushHeaders()
  // A page may close early.
  send(prepare(kind, Number(size)).bytes, later === undefined ? 0 : LATER, response).catch(() => undefined)
  return true
}

async function send(bytes: Buffer, after: number, response: ServerResponse): Promise<void> {
  if (after > 0) await sleep(after)
  await pipeline(Readable.from(slices(bytes)), response, { end: false })
}
