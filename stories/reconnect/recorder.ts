import type { Observer, Status } from '@tautline/core'
import { type Store, createStore } from '../ui/store.ts'

/** A period in one status. All times are in s since the recording began. */
export interface Band {
  readonly id: number
  readonly status: Status
  readonly from: number
  /** Undefined: this is the current status. */
  readonly to: number | undefined
  /** When the next attempt is due, in `backoff`. */
  readonly due: number | undefined
}

/** An entry of the log. */
export interface Mark {
  readonly id: number
  readonly at: number
  readonly kind: 'state' | 'fault' | 'error'
  readonly status: Status
  readonly text: string
}

/** A round trip, or the delivery of one message. */
export interface Trip {
  readonly id: number
  readonly at: number
  /** In ms. */
  readonly latency: number
}

export interface Recording {
  readonly bands: readonly Band[]
  readonly marks: readonly Mark[]
  readonly trips: readonly Trip[]
  /** Number of attempts to connect. */
  readonly attempts: number
}

export interface Recorder extends Store<Recording> {
  /** Seconds since the recording began. */
  now(): number
  /** Adds a trip of `latency` ms. */
  trip(latency: number): void
  /** Adds a fault to the log. */
  note(text: string): void
}

/** The longest lists that are recorded. */
const LIMIT = 180

const texts = {
  idle: () => 'idle',
  connecting: () => 'connecting',
  open: () => 'open',
  backoff: (wait: string, reason: string) => `backoff, ${wait}${reason}`,
  closed: (_: string, reason: string) => `closed for good${reason}`,
} satisfies Record<Status, (wait: string, reason: string) => string>

/** Records every transition of a connection. */
export function createRecorder(client: Pick<Observer<never>, 'on' | 'getSnapshot'>): Recorder {
  const began = Date.now()
  const seconds = (time: number): number => (time - began) / 1000
  const { set, subscribe, getSnapshot } = createStore<Recording>({
    bands: [{ id: 0, status: 'idle', from: 0, to: undefined, due: undefined }],
    marks: [],
    trips: [],
    attempts: 0,
  })
  let lastId = 0

  function record(change: Partial<Recording>): void {
    set((recording) => ({ ...recording, ...change }))
  }
  function marksWith(kind: Mark['kind'], status: Status, text: string): readonly Mark[] {
    const next = { id: (lastId += 1), at: seconds(Date.now()), kind, status, text }
    return [...getSnapshot().marks.slice(1 - LIMIT), next]
  }

  function trip(latency: number): void {
    const next = { id: (lastId += 1), at: seconds(Date.now()), latency }
    record({ trips: [...getSnapshot().trips.slice(1 - LIMIT), next] })
  }

  client.on('transition', ({ from, to, cause }) => {
    const at = seconds(Date.now())
    if (cause === 'reply' && to.latency !== undefined) trip(to.latency)
    if (from.status === to.status && from.retryAt === to.retryAt && from.epoch === to.epoch) return
    const due = to.retryAt === undefined ? undefined : seconds(to.retryAt)
    const wait =
      due === undefined ? `waiting for ${to.waitingFor}` : `retry ${to.attempt} in ${(due - at).toFixed(1)} s`
    const reason = to.error === undefined ? '' : `: ${to.error.message}`
    const { bands, attempts } = getSnapshot()
    const ended = bands.map((band) => ({ ...band, to: band.to ?? at }))
    record({
      bands: [
        ...ended.slice(1 - LIMIT),
        { id: (lastId += 1), status: to.status, from: at, to: undefined, due },
      ],
      marks: marksWith('state', to.status, texts[to.status](wait, reason)),
      attempts: attempts + (to.status === 'connecting' ? 1 : 0),
    })
  })

  return {
    now: () => seconds(Date.now()),
    trip,
    note: (text) => record({ marks: marksWith('fault', client.getSnapshot().status, text) }),
    subscribe,
    getSnapshot,
  }
}
