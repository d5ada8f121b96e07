import { createBoundedMap } from '../bounded-map.ts'

export interface PollCounts {
  /** All requests, refused ones included. */
  readonly requests: number
  readonly inFlight: number
  /** The highest number of requests in flight at the same time. */
  readonly mostInFlight: number
  /** Bytes of response bodies, without those that a fault held back. */
  readonly bytes: number
  /** Messages in complete responses. A message that is sent twice counts twice. */
  readonly messages: number
}

/** One request that is being counted. */
export interface Counted {
  /** Marks the request as no longer in flight. Further calls do nothing. */
  leave(): void
  sent(bytes: number, messages: number): void
}

export interface PollCounters {
  arrive(client: string): Counted
  total(): PollCounts
  of(client: string): PollCounts
  byClient(): Readonly<Record<string, PollCounts>>
}

type Counter = { -readonly [Name in keyof PollCounts]: number }

const createCounter = (): Counter => ({ requests: 0, inFlight: 0, mostInFlight: 0, bytes: 0, messages: 0 })

export function createPollCounters(): PollCounters {
  const all = createCounter()
  const clients = createBoundedMap<Counter>({
    limit: 1_000,
    create: createCounter,
    inUse: ({ inFlight }) => inFlight > 0,
  })

  return {
    arrive(client) {
      const counters = [all, clients.of(client)]
      for (const counter of counters) {
        counter.requests += 1
        counter.inFlight += 1
        counter.mostInFlight = Math.max(counter.mostInFlight, counter.inFlight)
      }
      let isInFlight = true
      return {
        leave() {
          if (isInFlight) for (const counter of counters) counter.inFlight -= 1
          isInFlight = false
        },
        sent(bytes, messages) {
          for (const counter of counters) {
            counter.bytes += bytes
            counter.messages += messages
          }
        },
      }
    },
    total: () => ({ ...all }),
    of: (client) => ({ ...(new Map(clients.entries()).get(client) ?? createCounter()) }),
    byClient: () => Object.fromEntries(clients.entries().map(([name, counter]) => [name, { ...counter }])),
  }
}
