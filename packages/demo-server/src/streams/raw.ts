import { setTimeout as wait } from 'node:timers/promises'
import { type Exchange } from '../http-router.ts'
import { type Fields } from '../input.ts'
import { readNamedHeaders } from '../named-headers.ts'
import { Problem } from '../problem.ts'
import { type EventBody } from './event-body.ts'
import { EVENT_STREAM, type StreamEndpoint } from './stream-endpoint.ts'

/** The bytes from the query. Without them, a POST gets its own body back. */
async function bytesOf({ parameters, request, bytes }: Exchange): Promise<Buffer> {
  const given = request.method === 'POST' ? await bytes() : Buffer.alloc(0)
  const length = { min: 0, max: 65_536 }
  if (parameters.has('base64')) {
    // In a query a plus sign means a space.
    return Buffer.from(parameters.text('base64', length).replaceAll(' ', '+'), 'base64')
  }
  return parameters.has('body') ? Buffer.from(parameters.text('body', length)) : given
}

/** Splits the bytes into chunks of the lengths in `?chunks=3,1,2`. The rest is the last chunk. */
function readChunks(parameters: Fields, bytes: Buffer): readonly Buffer[] {
  const text = parameters.text('chunks', { min: 0, max: 10_000 }, '')
  if (!/^(\d{1,6}(,\d{1,6})*)?$/.test(text)) {
    throw new Problem(400, 'bad-input', '"chunks" must be lengths, separated by commas', 'chunks')
  }
  const chunks: Buffer[] = []
  let from = 0
  for (const length of text.split(',').map(Number)) {
    chunks.push(bytes.subarray(from, from + length))
    from += length
  }
  return [...chunks, bytes.subarray(from)].filter((chunk) => chunk.length > 0)
}

async function send(body: EventBody, chunks: readonly Buffer[], gap: number, hold: boolean): Promise<void> {
  for (const [index, chunk] of chunks.entries()) {
    // A wait of at least one turn of the event loop sends the chunks separately.
    if (index > 0) await wait(gap)
    if (!body.event(chunk)) return
  }
  if (!hold) body.end()
}

/** Sends exactly the bytes in the query: `?body=data:%20a%0A%0A&chunks=3,2&hold=1`. */
export function createRaw(): StreamEndpoint {
  return {
    name: 'raw',
    path: '/raw',
    methods: ['GET', 'POST'],
    async admit(exchange) {
      const { parameters } = exchange
      const type = parameters.text('type', { min: 0, max: 200 }, EVENT_STREAM['Content-Type'])
      const status = parameters.integer('status', { min: 200, max: 599 }, 200)
      const hold = parameters.flag('hold', false)
      const gap = parameters.integer('gap', { min: 0, max: 60_000 }, 0)
      const named = readNamedHeaders(exchange)
      const chunks = readChunks(parameters, await bytesOf(exchange))
      if (/[^\x20-\x7e]/.test(type)) throw new Problem(400, 'bad-input', '"type" must be ASCII', 'type')
      const headers = { ...(type !== '' && { 'Content-Type': type }), 'Cache-Control': 'no-store', ...named }
      return { kind: 'stream', status, headers, begin: (body) => void send(body, chunks, gap, hold) }
    },
  }
}
