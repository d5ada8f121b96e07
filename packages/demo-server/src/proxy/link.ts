import { type Socket } from 'node:net'
import { type FrameHeader } from './frames.ts'
import { createLane, type Lane, type LaneCounts } from './lane.ts'
import { createPair, type Pair, type Side } from './pair.ts'
import { createRequestGate } from './request-gate.ts'
import { type ArmedFault, type Direction, type ProxyFault } from './rules.ts'
import { armFault } from './strike.ts'

/** What happened on one connection. */
export type LinkEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'request'; readonly target: string }
  | { readonly type: 'answered'; readonly status: number }
  | { readonly type: 'frame'; readonly direction: Direction; readonly frame: FrameHeader }
  | { readonly type: 'armed' | 'fault'; readonly fault: ProxyFault['fault'] }
  | { readonly type: 'error'; readonly side: Side; readonly message: string }
  | { readonly type: 'bad-rule'; readonly message: string }
  | ({ readonly type: 'closed' } & LinkCounts)

export interface LinkCounts {
  readonly toClient: LaneCounts
  readonly toServer: LaneCounts
}

export interface Link {
  /** The target of the newest HTTP request on this connection. */
  readonly target: string | undefined
  counts(): LinkCounts
  arm(armed: ArmedFault): void
  /** Ends it at once, both sides, whatever state it is in. */
  destroy(): void
}

export interface LinkOptions {
  readonly client: Socket
  readonly target: { readonly host: string; readonly port: number }
  readonly note: (event: LinkEvent) => void
  /** The faults for a request; called before a byte of it is passed on. @throws when it carries a bad rule. */
  readonly faultsFor: (requestTarget: string) => readonly ArmedFault[]
  readonly onClosed: () => void
}

type Lanes = Readonly<Record<Direction, Lane>>

function createLanes(
  client: Socket,
  server: () => Socket | undefined,
  { note }: LinkOptions,
  onAnswer: (status: number) => void,
): Lanes {
  const ends = { 'to-client': [server, () => client], 'to-server': [() => client, server] } as const
  const lane = (direction: Direction): Lane => {
    const [source, destination] = ends[direction]
    const onFrame = (frame: FrameHeader): void => note({ type: 'frame', direction, frame })
    return createLane({ source, destination, awaitsAnswer: direction === 'to-client', onFrame, onAnswer })
  }
  return { 'to-client': lane('to-client'), 'to-server': lane('to-server') }
}

/** Says in HTTP what is wrong with the rule in a request, because a log may not be looked at. */
function answerBadRule(client: Socket, message: string): void {
  const length = Buffer.byteLength(message)
  client.write(`HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n${message}`)
}

/** The lanes of a connection, and what a fault can do to them and to the sockets. */
function createVictim(options: LinkOptions, pair: Pair, onAnswered: (status: number) => void) {
  const { client, note } = options
  let answered = false
  const waiting: (() => void)[] = []
  const lanes = createLanes(
    client,
    () => pair.server,
    options,
    (status) => {
      answered = true
      onAnswered(status)
      for (const act of waiting.splice(0)) act()
    },
  )
  const stopThen = (end: () => void) => (): void => {
    for (const lane of Object.values(lanes)) lane.stop()
    end()
  }
  const victim = {
    lanes,
    mute: pair.mute,
    drop: stopThen(pair.drop),
    reset: stopThen(pair.reset),
    destroy: stopThen(pair.destroy),
    onceAnswered(act: () => void) {
      if (answered) act()
      else waiting.push(act)
    },
  }
  const arm = (armed: ArmedFault): void => {
    const { fault } = armed.fault
    note({ type: 'armed', fault })
    armFault(victim, armed, () => note({ type: 'fault', fault }))
  }
  return { ...victim, arm }
}

/** One client of the proxy, and the line to the server that is dialled for its first request. */
export function createLink(options: LinkOptions): Link {
  const { client, target, note, faultsFor } = options
  let requestTarget: string | undefined
  const gate = createRequestGate((newest) => {
    requestTarget = newest
    note({ type: 'request', target: newest })
    try {
      for (const armed of faultsFor(newest)) victim.arm(armed)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      note({ type: 'bad-rule', message })
      answerBadRule(client, message)
      victim.drop()
    }
  })
  const pair = createPair({
    client,
    target,
    onData: (side, chunk) => (side === 'client' ? fromClient(chunk) : toClient.accept(chunk)),
    onLast: (side, then) => (side === 'client' ? toServer : toClient).finish(then),
    onError: (side, { message }) => note({ type: 'error', side, message }),
    onClosed() {
      victim.destroy()
      note({ type: 'closed', ...counts() })
      options.onClosed()
    },
  })
  const victim = createVictim(options, pair, (status) => {
    note({ type: 'answered', status })
    if (status !== 101) return
    gate.open()
    toServer.startFrames()
  })
  const { 'to-client': toClient, 'to-server': toServer } = victim.lanes
  const counts = (): LinkCounts => ({ toClient: toClient.counts(), toServer: toServer.counts() })

  function fromClient(chunk: Buffer): void {
    const ready = gate.pass(chunk)
    if (ready === undefined || client.destroyed || !client.writable) return
    // A stalled line has nobody at its other end.
    if (!toServer.isSwallowing()) pair.dial()
    toServer.accept(ready)
  }

  return {
    get target() {
      return requestTarget
    },
    counts,
    arm: victim.arm,
    destroy: victim.destroy,
  }
}
