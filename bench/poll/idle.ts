import { once } from 'node:events'
import { type ServerResponse, createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onStop, start, stop } from '../../scripts/processes.ts'
import { inRounds, logProgress } from '../cases.ts'
import { listen, portOf } from '../server.ts'
import { type Spread, spread } from '../statistics.ts'
import type { Order, Usage } from './idle-client.ts'

const CLIENT = fileURLToPath(new URL('idle-client.ts', import.meta.url))
/** Polls before the measurement. The first use also compiles code, which is not a cost of each poll. */
const BEFORE = 50
/** How long a request is held while cycles are counted, in ms. */
const HOLD = 5000

export const idlers = [
  { by: 'loop', title: 'bare loop', how: '`fetch`, `text()`' },
  { by: 'signal', title: 'bare loop', how: 'the same, with an `AbortController`' },
  { by: 'tautline', title: '**Tautline**', how: '`createLongPoll`' },
] as const
export type Idler = (typeof idlers)[number]

export interface Idle {
  readonly polls: number
  /** How long CPU time is measured while all requests are held, and while requests end and begin, in ms. */
  readonly silent: number
  readonly busy: number
}

/** The cost of one idle poll. */
interface IdleSample {
  readonly heap: number
  readonly timers: number
  /** CPU time of all polls while they are held, in ms a minute. */
  readonly silent: number
  /** CPU time for the end of a hold and the next request, in µs. */
  readonly cycle: number
}

export interface IdleRow {
  readonly idler: Idler
  readonly heap: Spread
  readonly timers: Spread
  readonly silent: Spread
  readonly cycle: Spread
  /** CPU time of all polls in ms a minute, when the server holds them for 30 s. Each sends two requests. */
  readonly minute: Spread
}

export async function idleCase(idle: Idle, rounds: number, random: () => number): Promise<IdleRow[]> {
  const samples = await inRounds(idlers, rounds, random, async (idler) => {
    const sample = await run(idler, idle, random)
    logProgress(
      `poll-idle  ${idler.by.padEnd(8)} ${sample.heap.toFixed(0)} bytes, ${sample.cycle.toFixed(0)} µs a cycle`,
    )
    return sample
  })
  return [...samples].map(([idler, runs]) => ({
    idler,
    heap: spread(runs.map(({ heap }) => heap)),
    timers: spread(runs.map(({ timers }) => timers)),
    silent: spread(runs.map(({ silent }) => silent)),
    cycle: spread(runs.map(({ cycle }) => cycle)),
    minute: spread(runs.map(({ silent, cycle }) => silent + (2 * idle.polls * cycle) / 1000)),
  }))
}

async function run({ by }: Idler, { polls, silent, busy }: Idle, random: () => number): Promise<IdleSample> {
  const holder = await startHolder()
  const client = await startClient(holder.port)
  try {
    client.send({ to: 'open', by, from: 0, count: BEFORE })
    await holder.until(BEFORE)
    await sleep(1500)
    const before = await client.usage(true)
    client.send({ to: 'open', by, from: BEFORE, count: polls })
    await holder.until(BEFORE + polls)
    // After a second a held request counts as open, and no timer is due.
    await sleep(2000)
    const held = await client.usage(true)
    await sleep(silent)
    const after = await client.usage(false)
    // Ends the holds at random times, so that the requests do not arrive together. The first ones are not measured.
    holder.letGo(random)
    await sleep(HOLD * 1.5)
    const [from, cycles] = [await client.usage(false), holder.responses()]
    await sleep(busy)
    const to = await client.usage(false)
    return {
      heap: (held.heap - before.heap) / polls,
      timers: (held.timers - before.timers) / polls,
      silent: ((after.cpu - held.cpu) / 1000) * (60_000 / silent),
      cycle: (to.cpu - from.cpu) / (holder.responses() - cycles),
    }
  } finally {
    await client.close()
    await holder.close()
  }
}

/** Starts a server that holds all requests without a limit, and after `letGo` for `HOLD` ms. */
async function startHolder() {
  const held = new Set<ServerResponse>()
  let responses = 0
  let hold = false
  const respond = (response: ServerResponse): void => {
    held.delete(response)
    responses++
    response.writeHead(204).end()
  }
  const server = createServer((_, response) => {
    held.add(response)
    if (hold) setTimeout(respond, HOLD, response)
  })
  await listen(server)
  return {
    port: portOf(server),
    responses: () => responses,
    async until(count: number): Promise<void> {
      while (held.size < count) await sleep(20)
    },
    letGo(random: () => number): void {
      hold = true
      for (const response of held) setTimeout(respond, random() * HOLD, response)
    },
    close(): Promise<void> {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function startClient(port: number) {
  const command = [process.execPath, '--expose-gc', CLIENT, `http://127.0.0.1:${port}`]
  const child = start(command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const close = () => stop(child)
  onStop(close)
  const send = (order: Order): void => void child.send(order)
  return {
    send,
    close,
    async usage(collect: boolean): Promise<Usage> {
      const reply = once(child, 'message')
      send({ to: 'report', collect })
      const [usage] = await reply
      return usage // the client sends nothing else
    },
  }
}
