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
import { readAsides, type StreamEndpoint } from './stream-endpoint.ts'

/** How a client said where it was. */
type Via = 'header' | 'query'

interface Stream {
  readonly log: NewsLog
  /** The latest ids that clients went on from, oldest first. */
  readonly resumedFrom: string[]
  /** How the latest of them was told. */
  via: Via | undefined
}

interface Resumption {
  readonly id: string
  readonly seq: number
  readonly via: Via
}

interface Wish {
  /** The number of the item before the first one. */
  readonly from: number
  readonly last: number
  readonly count: number
  readonly idOf: (seq: number) => string
}

export interface News extends StreamEndpoint {
  publish(stream: string, headline: string): NewsItem
}

const FAR = 1_000_000_000
const numbers: Range = { min: 0, max: FAR }
const LATEST = 20
/** In an id it proves that the bytes of a header are read as UTF-8. */
const SIGN = '…'

export const readStreamName = (fields: Fields): string =>
  fields.text('stream', { min: 1, max: 100 }, 'default')

function seqOf(id: string): number {
  const digits = id.startsWith(SIGN) ? id.slice(SIGN.length) : id
  if (/^\d{1,9}$/.test(digits)) return Number(digits)
  throw new Problem(400, 'bad-input', 'No item has this id', 'lastEventId')
}

/** The header is newer than the query: an EventSource comes back with the URL that it began with. */
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

function serve(body: EventBody, log: NewsLog, { from, last, count, idOf }: Wish): void {
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
  const leave = log.listen(pump)
  body.onDrain(pump)
  body.onClosed(leave)
  pump()
}

/**
 * A news ticker that can be resumed: `?stream=a&rate=10&replay=5`. All its readers see the same items, and each of them
 * sees every item, from where it begins.
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
      const count = parameters.integer('count', { min: 1, max: FAR }, FAR)
      const last = parameters.integer('last', numbers, FAR)
      const ids = parameters.choice('ids', ['plain', 'utf8'], 'plain')
      const beginAsides = readAsides(parameters)
      const resumption = resumptionOf(exchange)

      const stream = streams.of(name)
      const { log } = stream
      log.wake()
      if (rate !== undefined) log.setRate(rate)
      const from = resumption ? resume(stream, resumption) : Math.max(0, log.items.published - replay)
      if (from >= last) return { kind: 'no-content' }
      return {
        kind: 'stream',
        begin(body) {
          beginAsides(body)
          serve(body, log, { from, last, count, idOf: (seq) => `${ids === 'utf8' ? SIGN : ''}${seq}` })
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
