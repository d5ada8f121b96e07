import { type EventBody } from './event-body.ts'
import { eventText } from './event-text.ts'
import { type StreamEndpoint } from './stream-endpoint.ts'

type Kind = 'tokens' | 'multiline'

/** Many events that are built once. For each use, only the leading digits of the ids are changed. */
interface Block {
  readonly bytes: Buffer
  /** The offset of each event. */
  readonly starts: readonly number[]
}

const ID_DIGITS = 10
const ID_AT = 'id: '.length
/** A power of ten, so that the last digits of the ids are the same in each block. */
const EVENTS_PER_BLOCK: Readonly<Record<Kind, number>> = { tokens: 1_000, multiline: 100 }
const TEXT_LINES = 20
const TEXT_LINE = 'Seventy-four bytes of a log that somebody wants to see as it is written ..'

const dataOf: Readonly<Record<Kind, string>> = {
  tokens: JSON.stringify({ t: ' so the bowline holds, and comes undone ' }),
  multiline: Array.from({ length: TEXT_LINES }, () => TEXT_LINE).join('\n'),
}

function createBlock(kind: Kind): Block {
  const events = Array.from({ length: EVENTS_PER_BLOCK[kind] }, (_, n) =>
    eventText({ id: String(n).padStart(ID_DIGITS, '0'), data: dataOf[kind] }),
  )
  const size = events[0]?.length ?? 0
  return { bytes: Buffer.from(events.join('')), starts: events.map((_, n) => n * size) }
}

const blocks = { tokens: createBlock('tokens'), multiline: createBlock('multiline') }

/** The block with this number, counted from 0. It is a copy, because the previous one may not be sent yet. */
function blockAt(kind: Kind, number: number): Buffer {
  const { bytes, starts } = blocks[kind]
  const constant = String(EVENTS_PER_BLOCK[kind]).length - 1
  const digits = Buffer.from(String(number).padStart(ID_DIGITS - constant, '0'))
  const block = Buffer.from(bytes)
  for (const start of starts) digits.copy(block, start + ID_AT)
  return block
}

function serve(body: EventBody, kind: Kind, wantedBytes: number): void {
  const { bytes, starts } = blocks[kind]
  const size = bytes.length / starts.length
  const events = Math.floor(wantedBytes / size)
  let sent = 0
  const pump = (): void => {
    while (sent < events && body.ready) {
      const block = blockAt(kind, sent / starts.length)
      const count = Math.min(starts.length, events - sent)
      if (!body.event(block.subarray(0, count * size))) return
      sent += count
    }
    if (sent < events) return
    body.event(eventText({ event: 'end', data: JSON.stringify({ events, bytes: events * size }) }))
    body.end()
  }
  body.onDrain(pump)
  pump()
}

/** Sends events in blocks, as fast as the client reads: `?bytes=50000000&kind=tokens`. */
export function createFlood(): StreamEndpoint {
  return {
    name: 'flood',
    path: '/flood',
    methods: ['GET'],
    admit({ parameters }) {
      const kind = parameters.choice('kind', ['tokens', 'multiline'], 'tokens')
      const bytes = parameters.integer('bytes', { min: 0, max: 2_000_000_000 }, 50_000_000)
      return { kind: 'stream', begin: (body) => serve(body, kind, bytes) }
    },
  }
}
