import { seeded } from '../random.ts'

/** A way to wait, as one client sees it. */
export interface Policy {
  readonly name: string
  /** Whose, and which version of it. */
  readonly source: string
  /**
   * The wait before a retry in ms; undefined: no more retries.
   * `own` is a random number that a client draws once.
   */
  delay(attempt: number, random: number, own: number): number | undefined
}

export interface Scenario {
  readonly clients: number
  /** How long the server is away, in ms. */
  readonly outage: number
  /** How many dials a second it takes when it is back. */
  readonly rate: number
}

/** A server that takes whoever comes. */
export const ROOM_FOR_ALL = 1_000_000

export interface Outcome {
  readonly back: number
  /** Clients whose policy has stopped. */
  readonly gaveUp: number
  /** When 99 % were back, in ms since the cut; undefined: never. */
  readonly nearlyAll: number | undefined
  /** When the last one was back that came back. */
  readonly last: number
  /** The most dials in one second since the server's return. */
  readonly peak: number
  /** Dials that a server which was back had to refuse. */
  readonly refused: number
  /** All dials, those to a server that was away among them. */
  readonly dials: number
}

/** Clients learn of the cut within this time, in ms. */
const DETECTION = 200
/** A server takes what comes at once, up to what it takes in this time, in ms. */
const BACKLOG = 100
/** Nobody waits longer for the last one, in ms. */
const HORIZON = 3_600_000

/** A wheel of timers, one slot for each millisecond: clients are numbers, so that a hundred thousand of them are cheap. */
function createWheel(clients: number): { put(client: number, at: number): void; take(at: number): number[] } {
  const first = new Int32Array(HORIZON).fill(-1)
  const next = new Int32Array(clients).fill(-1)
  return {
    put(client, at) {
      if (at >= HORIZON) return
      next[client] = first[at] ?? -1
      first[at] = client
    },
    take(at) {
      const due: number[] = []
      for (let client = first[at] ?? -1; client >= 0; client = next[client] ?? -1) due.push(client)
      return due
    },
  }
}

/** All clients lose the server at 0, and come back as their policy has it. The seed decides everything that is random. */
export function simulate(policy: Policy, { clients, outage, rate }: Scenario, seed: number): Outcome {
  const random = seeded(seed)
  const wheel = createWheel(clients)
  const attempts = new Uint16Array(clients)
  const own = Float64Array.from({ length: clients }, random)
  const result = {
    back: 0,
    gaveUp: 0,
    nearlyAll: undefined as number | undefined,
    last: 0,
    peak: 0,
    refused: 0,
    dials: 0,
  }
  const room = (rate * BACKLOG) / 1000
  let free = room
  let inThisSecond = 0

  function retry(client: number, now: number): void {
    const attempt = (attempts[client] = (attempts[client] ?? 0) + 1)
    const wait = policy.delay(attempt, random(), own[client] ?? 0)
    if (wait === undefined) result.gaveUp++
    // A timer of 0 is not at once: the refusal takes its way too.
    else wheel.put(client, now + Math.max(1, Math.round(wait)))
  }

  for (let client = 0; client < clients; client++) retry(client, Math.floor(random() * DETECTION))
  for (let now = 1; now < HORIZON && result.back + result.gaveUp < clients; now++) {
    const up = now >= outage
    if (up) free = Math.min(room, free + rate / 1000)
    if ((now - outage) % 1000 === 0) inThisSecond = 0
    for (const client of wheel.take(now)) {
      result.dials++
      if (up) result.peak = Math.max(result.peak, ++inThisSecond)
      if (!up || free < 1) {
        if (up) result.refused++
        retry(client, now)
        continue
      }
      free--
      result.last = now
      if (++result.back >= clients * 0.99) result.nearlyAll ??= now
    }
  }
  return result
}
