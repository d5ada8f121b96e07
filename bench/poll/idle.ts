import { once } from 'node:events'
import { type ServerResponse, createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onStop, start, stop } from '../../scripts/processes.ts'
import { inRounds, say } from '../cases.ts'
import { listen, portOf } from '../server.ts'
import { type Spread, spread } from '../statistics.ts'
import type { Order, Standing } from './idle-client.ts'

const CLIENT = fileURLToPath(new URL('idle-client.ts', import.meta.url))
/** Polls that are there before it counts: code that is compiled on first use is not what a further one costs. */
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
  /** How long CPU is looked at while nothing happens, and while requests come and go, in ms. */
  readonly silent: number
  readonly busy: number
}

/** What one poll costs that has nothing to say. */
interface IdleSample {
  readonly heap: number
  readonly timers: number
  /** CPU of all polls while they are held, in ms a minute. */
  readonly silent: number
  /** CPU for the end of a hold and the next request, in µs. */
  readonly cycle: number
}

export interface IdleLine {
  readonly idler: Idler
  readonly heap: Spread
  readonly timers: Spread
  readonly silent: Spread
  readonly cycle: Spread
  /** CPU of all polls in ms a minute, where the server holds them for 30 s: each asks twice. */
  readonly minute: Spread
}

export async function idleCase(idle: Idle, rounds: number, random: () => number): Promise<IdleLine[]> {
  const samples = await inRounds(idlers, rounds, random, async (idler) => {
    const sample = await run(idler, idle, random)
    say(
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
    client.tell({ to: 'open', by, from: 0, count: BEFORE })
    await holder.until(BEFORE)
    await sleep(1500)
    const before = await client.standing(true)
    client.tell({ to: 'open', by, from: BEFORE, count: polls })
    await holder.until(BEFORE + polls)
    // What has been held for a second is open: from here on nothing is due.
    await sleep(2000)
    const held = await client.standing(true)
    await sleep(silent)
    const still = await client.standing(false)
    // At random moments within one hold, so that requests do not come all at once; and the first of them do not count.
    holder.letGo(random)
    await sleep(HOLD * 1.5)
    const [from, cycles] = [await client.standing(false), holder.answers()]
    await sleep(busy)
    const to = await client.standing(false)
    return {
      heap: (held.heap - before.heap) / polls,
      timers: (held.timers - before.timers) / polls,
      silent: ((still.cpu - held.cpu) / 1000) * (60_000 / silent),
      cycle: (to.cpu - from.cpu) / (holder.answers() - cycles),
    }
  } finally {
    await client.close()
    await holder.close()
  }
}

/** A server that has no news: holds what comes, for ever until it is told to let go, and then for so long. */
async function startHolder() {
  const held = new Set<ServerResponse>()
  let answers = 0
  let hold = false
  const answer = (response: ServerResponse): void => {
    held.delete(response)
    answers++
    response.writeHead(204).end()
  }
  const server = createServer((_, response) => {
    held.add(response)
    if (hold) setTimeout(answer, HOLD, response)
  })
  await listen(server)
  return {
    port: portOf(server),
    answers: () => answers,
    async until(count: number): Promise<void> {
      while (held.size < count) await sleep(20)
    },
    letGo(random: () => number): void {
      hold = true
      for (const response of held) setTimeout(answer, random() * HOLD, response)
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
  const tell = (order: Order): void => void child.send(order)
  return {
    tell,
    close,
    async standing(collect: boolean): Promise<Standing> {
      const said = once(child, 'message')
      tell({ to: 'say', collect })
      const [standing] = await said
      return standing // the client sends nothing else
    },
  }
}
