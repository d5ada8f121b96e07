import type { Observer, Status } from '@tautline/core'

/** A stretch of time in one status; times in s since the recording began. */
export interface Band {
  readonly id: number
  readonly status: Status
  readonly from: number
  /** Undefined: it still lasts. */
  readonly to: number | undefined
  /** `backoff`: when the next attempt is due. */
  readonly due: number | undefined
}

export interface Mark {
  readonly id: number
  readonly at: number
  readonly kind: 'state' | 'fault' | 'error'
  readonly status: Status
  readonly text: string
}

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
  /** How many attempts were made. */
  readonly dials: number
}

export interface Recorder {
  /** Seconds since the recording began. */
  now(): number
  /** Something came in, so many ms after it was sent. */
  trip(latency: number): void
  note(text: string): void
  subscribe(listener: () => void): () => void
  getSnapshot(): Recording
}

/** How much is kept of each. */
const KEPT = 180

const words = {
  idle: () => 'idle',
  connecting: () => 'connecting',
  open: () => 'open',
  backoff: (wait: string, why: string) => `backoff, ${wait}${why}`,
  closed: (_: string, why: string) => `closed for good${why}`,
} satisfies Record<Status, (wait: string, why: string) => string>

/** Writes down every transition of a connection, from the first one on. */
export function createRecorder(client: Pick<Observer<never, unknown>, 'on' | 'getSnapshot'>): Recorder {
  const began = Date.now()
  const seconds = (time: number): number => (time - began) / 1000
  let recording: Recording = {
    bands: [{ id: 0, status: 'idle', from: 0, to: undefined, due: undefined }],
    marks: [],
    trips: [],
    dials: 0,
  }
  let made = 0
  const listeners = new Set<() => void>()

  function record(change: Partial<Recording>): void {
    recording = { ...recording, ...change }
    for (const listener of listeners) listener()
  }
  function mark(kind: Mark['kind'], status: Status, text: string): readonly Mark[] {
    const next = { id: (made += 1), at: seconds(Date.now()), kind, status, text }
    return [...recording.marks.slice(1 - KEPT), next]
  }

  function trip(latency: number): void {
    const next = { id: (made += 1), at: seconds(Date.now()), latency }
    record({ trips: [...recording.trips.slice(1 - KEPT), next] })
  }

  client.on('transition', ({ from, to, cause }) => {
    const at = seconds(Date.now())
    if (cause === 'reply' && to.latency !== undefined) trip(to.latency)
    if (from.status === to.status && from.retryAt === to.retryAt && from.epoch === to.epoch) return
    const due = to.retryAt === undefined ? undefined : seconds(to.retryAt)
    const wait =
      due === undefined ? `waiting for ${to.waitingFor}` : `retry ${to.attempt} in ${(due - at).toFixed(1)} s`
    const why = to.error === undefined ? '' : `: ${to.error.message}`
    const ended = recording.bands.map((band) => ({ ...band, to: band.to ?? at }))
    record({
      bands: [...ended.slice(1 - KEPT), { id: (made += 1), status: to.status, from: at, to: undefined, due }],
      marks: mark('state', to.status, words[to.status](wait, why)),
      dials: recording.dials + (to.status === 'connecting' ? 1 : 0),
    })
  })

  return {
    now: () => seconds(Date.now()),
    trip,
    note: (text) => record({ marks: mark('fault', client.getSnapshot().status, text) }),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => recording,
  }
}
