import { createBoundedMap } from '../bounded-map.ts'
import { readRate } from '../endpoints/ticker.ts'
import { type Exchange } from '../http-router.ts'
import { lastEventIdOf } from '../http.ts'
import { type Fields, type Range } from '../input.ts'
import { Problem } from '../problem.ts'
import { type EventBody } from './event-body.ts'
import { eventText } from './event-text.ts'
import { type NewsItem } from './news-items.ts'
import { createNewsLog, type NewsLog } from './news-log.ts'
import { readExtras, type StreamEndpoint } from './stream-endpoint.ts'

/** Where the client sent its last event ID. */
type Via = 'header' | 'query'

interface Stream {
  readonly log: NewsLog
  /** The latest ids from which clients resumed, oldest first. */
  readonly resumedFrom: string[]
  /** Where the latest of them was sent. */
  via: Via | undefined
}

interface Resumption {
  readonly id: string
  readonly seq: number
  readonly via: Via
}

interface ReadOptions {
  /** The number of the item before the first one. */
  readonly from: number
  readonly last: number
  readonly count: number
  readonly idOf: (seq: number) => string
}

export interface News extends StreamEndpoint {
  publish(stream: string, headline: string): NewsItem
}

const MAX_NUMBER = 1_000_000_000
const numbers: Range = { min: 0, max: MAX_NUMBER }
const LATEST = 20
/** A character that is not ASCII, to test that a header is read as UTF-8. */
const ID_PREFIX = '…'

export const readStreamName = (fields: Fields): string =>
  fields.text('stream', { min: 1, max: 100 }, 'default')

function seqOf(id: string): number {
  const digits = id.startsWith(ID_PREFIX) ? id.slice(ID_PREFIX.length) : id
  if (/^\d{1,9}$/.test(digits)) return Number(digits)
  throw new Problem(400, 'bad-input', 'This is not the id of an item', 'lastEventId')
}

/** Prefers the header to the query, because an EventSource reconnects with its original URL. */
function resumptionOf({ request, parameters }: Exchange): Resumption | undefined {
  const header = lastEventIdOf(request)
  if (header !== undefined) return { id: header, seq: seqOf(header), via: 'header' }
  const id = parameters.text('lastEventId', { min: 0, max: 100 }, '')
  return id === '' ? undefined : { id, seq: seqOf(id), via: 'query' }
}

function resume(stream: Stream, { id, seq, via }: Resumption): number {
  stream.log.items.reach(seq)
  stream.via = via
  stream.resumedFrom.push(id)
  if (stream.resumedFrom.length > LATEST) stream.resumedFrom.shift()
  return seq
}

function serve(body: EventBody, log: NewsLog, { from, last, count, idOf }: ReadOptions): void {
  const end = Math.min(last, from + count)
  let seq = from
  const pump = (): void => {
    while (seq < log.items.published && body.ready) {
      const item = log.items.item(seq + 1)
      if (!body.event(eventText({ id: idOf(item.seq), data: JSON.stringify(item) }))) return
      seq += 1
      if (seq === end) return body.end()
    }
  }
  const unsubscribe = log.listen(pump)
  body.onDrain(pump)
  body.onClosed(unsubscribe)
  pump()
}

/**
 * A news ticker that clients can resume: `?stream=a&rate=10&replay=5`. All readers receive the same items, and each of them
 * receives every item after its position.
 */
export function createNews(): News {
  const streams = createBoundedMap<Stream>({
    limit: 200,
    create: () => ({ log: createNewsLog(), resumedFrom: [], via: undefined }),
    inUse: ({ log }) => log.live > 0,
  })

  return {
    name: 'news',
    path: '/news',
    methods: ['GET'],
    admit(exchange) {
      const { parameters } = exchange
      const name = readStreamName(parameters)
      const rate = parameters.has('rate') ? readRate(parameters) : undefined
      const replay = parameters.integer('replay', numbers, 0)
      const count = parameters.integer('count', { min: 1, max: MAX_NUMBER }, MAX_NUMBER)
      const last = parameters.integer('last', numbers, MAX_NUMBER)
      const ids = parameters.choice('ids', ['plain', 'utf8'], 'plain')
      const sendExtras = readExtras(parameters)
      const resumption = resumptionOf(exchange)

      const stream = streams.of(name)
      const { log } = stream
      log.catchUp()
      if (rate !== undefined) log.setRate(rate)
      const from = resumption ? resume(stream, resumption) : Math.max(0, log.items.published - replay)
      if (from >= last) return { kind: 'no-content' }
      return {
        kind: 'stream',
        begin(body) {
          sendExtras(body)
          serve(body, log, { from, last, count, idOf: (seq) => `${ids === 'utf8' ? ID_PREFIX : ''}${seq}` })
        },
      }
    },
    publish: (name, headline) => streams.of(name).log.publish(headline),
    describe: () => ({
      streams: Object.fromEntries(
        streams.entries().map(([name, { log, resumedFrom, via }]) => {
          const { items, live, rate } = log
          return [name, { published: items.published, live, rate, resumedFrom: [...resumedFrom], via }]
        }),
      ),
    }),
  }
}
