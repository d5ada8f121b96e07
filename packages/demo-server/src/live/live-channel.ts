import { createPacer, type Pacer } from '../pacer.ts'
import { createLiveLog, type LiveLog } from './live-log.ts'
import { createLiveTransport, type LiveTransport } from './live-transport.ts'
import { transportNames } from './live-fault.ts'
import { type LiveCounts, type LiveMessage, type LiveTransportName } from './live-types.ts'

/** A log, and its transports. */
export interface LiveChannel {
  readonly log: LiveLog
  readonly isIdle: boolean
  readonly received: readonly LiveMessage[]
  transport(name: LiveTransportName): LiveTransport
  /** Publishes this number of messages: at once, or at a rate in messages a second. */
  publish(count: number, rate: number): { readonly first: number; readonly last: number }
  /** Accepts a message of a client. A message with a known key is dropped. */
  receive(text: string, key: string | undefined): { readonly message: LiveMessage; readonly isNew: boolean }
  /** Removes all but the latest messages. With `restart` numbers begin with 1 again, and all connections end. */
  forget(keep: number, restart: boolean): void
  counts(): LiveCounts
  stop(): void
}

/** Publishes messages at a steady rate. */
function createProducer(publishOne: () => void) {
  let pacer: Pacer | undefined
  let pending = 0

  const stop = (): void => {
    pacer?.stop()
    pacer = undefined
    pending = 0
  }
  const emit = (): boolean => {
    pending -= 1
    publishOne()
    if (pending > 0) return true
    pacer = undefined
    return false
  }

  return {
    get pending() {
      return pending
    },
    start(count: number, rate: number) {
      pending += count
      if (pacer === undefined)
        pacer = createPacer({ rate, emit, ready: () => true, batch: (burst) => burst() })
      else pacer.setRate(rate)
    },
    stop,
  }
}

const MAX_RECEIVED = 20_000

function createTransports() {
  const transports = new Map(transportNames.map((name) => [name, createLiveTransport(name)] as const))
  const of = (name: LiveTransportName): LiveTransport => {
    const transport = transports.get(name)
    if (transport === undefined) throw new RangeError(`There is no transport ${name}`)
    return transport
  }
  const pick = <Value>(value: (transport: LiveTransport) => Value) => ({
    'web-socket': value(of('web-socket')),
    'event-source': value(of('event-source')),
    frame: value(of('frame')),
    'long-poll': value(of('long-poll')),
    'short-poll': value(of('short-poll')),
    post: value(of('post')),
  })
  return { of, pick, all: () => [...transports.values()] }
}

export function createLiveChannel(): LiveChannel {
  const log = createLiveLog()
  const transports = createTransports()
  const received: LiveMessage[] = []
  let duplicates = 0
  const publishOne = (): void => void log.append(`message ${log.published + 1}`)
  const producer = createProducer(publishOne)

  return {
    log,
    received,
    get isIdle() {
      const isUnused = ({ counts }: LiveTransport): boolean => counts.open + counts.frozen === 0
      return producer.pending === 0 && transports.all().every(isUnused)
    },
    transport: transports.of,
    publish(count, rate) {
      const first = log.published + producer.pending + 1
      if (rate > 0) producer.start(count, rate)
      else for (let left = count; left > 0; left -= 1) publishOne()
      return { first, last: first + count - 1 }
    },
    receive(text, key) {
      const result = log.append(text, key)
      if (!result.isNew) duplicates += 1
      else if (received.length < MAX_RECEIVED) received.push(result.message)
      return result
    },
    forget(keep, restart) {
      if (!restart) return log.forget(keep)
      producer.stop()
      log.restart()
      for (const transport of transports.all()) transport.cutAll()
    },
    counts: () => ({
      published: log.published,
      oldest: log.oldest,
      pending: producer.pending,
      received: received.length,
      duplicates,
      faults: transports.pick(({ fault }) => fault),
      transports: transports.pick(({ counts }) => counts),
    }),
    stop: producer.stop,
  }
}
