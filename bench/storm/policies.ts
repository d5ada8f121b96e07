import { type RetryDelay, exponential, quickThenSpread } from '../../packages/core/src/shared/backoff.ts'
import type { Policy } from './simulate.ts'
import { startsInOutage } from './transports.ts'

const steady = quickThenSpread()

/** Adapts a delay of Tautline to the simulation. */
const ours =
  (delay: RetryDelay): Policy['delay'] =>
  (attempt, random) =>
    delay({ attempt, random, error: undefined })

const upTo =
  (limit: number, delay: Policy['delay']): Policy['delay'] =>
  (attempt, random, own) =>
    attempt > limit ? undefined : delay(attempt, random, own)

export const tautline: Policy = {
  name: '**quickThenSpread()**, the default',
  source: 'Tautline',
  delay: ours(steady),
}

/** A list of three transports, each of which is refused. */
export const threeTransports: Policy = {
  ...tautline,
  name: 'the same, with three transports',
  source: 'Tautline, `createConnection`',
  starts: startsInOutage(3),
}

/** The policies of other libraries, with their own limits. Reconnecting is turned on where it is off by default. */
export const others: readonly Policy[] = [
  // lib/constants.js: 5000 ms, 20 attempts. Reconnects only with `shouldReconnect`.
  { name: '5 s', source: 'react-use-websocket 4.13.0', delay: upTo(20, () => 5000) },
  // README, "Reconnecting": Math.min(Math.pow(2, attemptNumber) * 1000, 10000), counted from 0.
  {
    name: '1, 2, 4, 8, 10 s',
    source: 'react-use-websocket 4.13.0, README',
    delay: upTo(20, (attempt) => Math.min(2 ** (attempt - 1) * 1000, 10_000)),
  },
  // es/useWebSocket: reconnectInterval 3 s, reconnectLimit 3.
  { name: '3 s, three times', source: 'ahooks 3.11.0', delay: upTo(3, () => 3000) },
  // useWebSocket: `autoReconnect: true` is delay 1000, retries -1.
  { name: '1 s', source: 'VueUse 15.0.0', delay: () => 1000 },
  // dist/ws.js, DEFAULT: 3 s, grown by 1.3, up to 10 s; it uses no random numbers.
  {
    name: '3 s, grown by 1.3, to 10 s',
    source: 'partysocket 1.3.0',
    delay: (attempt) => grown(3000, attempt),
  },
  // DEFAULT: 1000 + Math.random() * 4000, drawn once for a page.
  {
    name: '1 to 5 s, grown by 1.3, to 10 s',
    source: 'reconnecting-websocket 4.4.0',
    delay: (attempt, _, own) => grown(1000 + own * 4000, attempt),
  },
  // lib/contrib/backo2.ts with manager.ts's 1000, 5000 and 0.5: one random number decides both sign and size; the cap applies last.
  { name: '1 s, doubled, ± 50 %, to 5 s', source: 'socket.io-client 4.8', delay: socketIo },
  // DefaultReconnectPolicy.ts: 0, 2, 10, 30 s, then null.
  {
    name: '0, 2, 10, 30 s, then no more',
    source: 'SignalR 10',
    delay: (attempt) => [0, 2000, 10_000, 30_000][attempt - 1],
  },
  // client.ts: 1000 doubled for each retry, and 300 to 3000 at random; retryAttempts 5.
  {
    name: '1 s, doubled, + 0.3 to 3 s, five times',
    source: 'graphql-ws 6',
    delay: upTo(5, (attempt, random) => 1000 * 2 ** (attempt - 1) + 300 + Math.floor(random * 2700)),
  },
  // assets/js/phoenix/socket.js, reconnectAfterMs.
  {
    name: '10 ms to 2 s in nine steps, then 5 s',
    source: 'Phoenix 1.8',
    delay: (attempt) => [10, 50, 100, 150, 200, 250, 500, 1000, 2000][attempt - 1] ?? 5000,
  },
  // src/fetch.ts: DefaultRetryInterval 1000.
  { name: '1 s', source: 'fetch-event-source 2.0', delay: () => 1000 },
  // Chromium's event_source.cc: 3 s. Firefox has 5 s.
  { name: '3 s', source: 'EventSource in Chromium', delay: () => 3000 },
  {
    name: 'full jitter, 1 s doubled, to 10 s',
    source: '`exponential({ cap: 10_000 })`',
    delay: ours(exponential({ cap: 10_000 })),
  },
  { name: 'full jitter, 1 s doubled, to 30 s', source: '`exponential()`', delay: ours(exponential()) },
]

function grown(least: number, attempt: number): number {
  return Math.min(10_000, least * 1.3 ** (attempt - 1))
}

function socketIo(attempt: number, random: number): number {
  const wait = 1000 * 2 ** (attempt - 1)
  const deviation = Math.floor(random * 0.5 * wait)
  return Math.min(5000, Math.floor(random * 10) % 2 === 0 ? wait - deviation : wait + deviation)
}
