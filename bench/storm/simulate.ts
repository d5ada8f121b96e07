import { seeded } from '../random.ts'

/** A reconnect policy of one client. */
export interface Policy {
  readonly name: string
  /** The library and its version. */
  readonly source: string
  /**
   * The wait before a retry in ms; undefined: no more retries.
   * `own` is a random number that a client draws once.
   */
  delay(attempt: number, random: number, own: number): number | undefined
  /** How many connections each retry tries one after the other; the last one counts for all later retries. @default [1] */
  readonly starts?: readonly number[]
}

export interface Scenario {
  readonly clients: number
  /** The duration of the outage, in ms. */
  readonly outage: number
  /** The number of connections a second that the server accepts after the outage. */
  readonly rate: number
}

/** The rate of a server that accepts all clients. */
export const ROOM_FOR_ALL = 1_000_000

export interface Outcome {
  readonly back: number
  /** Clients whose policy has given up. */
  readonly gaveUp: number
  /** When 99 % of the clients were connected again, in ms after the outage began. Undefined: never. */
  readonly nearlyAll: number | undefined
  /** When the last client that succeeded was connected again, in ms. */
  readonly last: number
  /** The most attempts in one second after the outage. */
  readonly peak: number
  /** Attempts that the server refused after the outage. */
  readonly refused: number
  /** All attempts, those during the outage included. */
  readonly connectAttempts: number
}

/** Clients detect the outage within this time, in ms. */
const DETECTION = 200
/** The size of the server's backlog: the connections that it accepts in this time, in ms. */
const BACKLOG = 100
/** The end of the simulation, in ms. */
const HORIZON = 3_600_000

/** Creates a timer wheel with one slot for each millisecond. Clients are numbers, so that a hundred thousand of them are cheap. */
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

/** Simulates an outage that begins at 0, after which the clients reconnect with the policy. The seed determines all random numbers. */
export function simulate(policy: Policy, { clients, outage, rate }: Scenario, seed: number): Outcome {
  const random = seeded(seed)
  const wheel = createWheel(clients)
  const attempts = new Uint16Array(clients)
  /** How many further connections the current retry of each client tries. */
  const left = new Uint8Array(clients)
  const own = Float64Array.from({ length: clients }, random)
  const result = {
    back: 0,
    gaveUp: 0,
    nearlyAll: undefined as number | undefined,
    last: 0,
    peak: 0,
    refused: 0,
    connectAttempts: 0,
  }
  const room = (rate * BACKLOG) / 1000
  let free = room
  let inThisSecond = 0

  function retry(client: number, now: number): void {
    const attempt = (attempts[client] = (attempts[client] ?? 0) + 1)
    left[client] = (policy.starts?.[attempt - 1] ?? policy.starts?.at(-1) ?? 1) - 1
    const wait = policy.delay(attempt, random(), own[client] ?? 0)
    if (wait === undefined) result.gaveUp++
    // At least 1 ms, because the refusal takes time too.
    else wheel.put(client, now + Math.max(1, Math.round(wait)))
  }

  for (let client = 0; client < clients; client++) retry(client, Math.floor(random() * DETECTION))
  for (let now = 1; now < HORIZON && result.back + result.gaveUp < clients; now++) {
    const up = now >= outage
    if (up) free = Math.min(room, free + rate / 1000)
    if ((now - outage) % 1000 === 0) inThisSecond = 0
    for (const client of wheel.take(now)) {
      result.connectAttempts++
      if (up) result.peak = Math.max(result.peak, ++inThisSecond)
      if (!up || free < 1) {
        if (up) result.refused++
        const more = left[client] ?? 0
        if (more > 0) {
          left[client] = more - 1
          wheel.put(client, now + 1)
        } else retry(client, now)
        continue
      }
      free--
      result.last = now
      if (++result.back >= clients * 0.99) result.nearlyAll ??= now
    }
  }
  return result
}
