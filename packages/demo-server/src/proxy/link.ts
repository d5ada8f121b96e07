import { type Socket } from 'node:net'
import { type FrameHeader } from './frames.ts'
import { createLane, type Lane, type LaneCounts } from './lane.ts'
import { createPair, type Pair, type Side } from './pair.ts'
import { createRequestGate } from './request-gate.ts'
import { type ArmedFault, type Direction, type ProxyFault } from './rules.ts'
import { armFault } from './strike.ts'

/** An event on one connection. */
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
  /** Ends both sides at once, in any state. */
  destroy(): void
}

export interface LinkOptions {
  readonly client: Socket
  readonly target: { readonly host: string; readonly port: number }
  readonly note: (event: LinkEvent) => void
  /** Returns the faults for a request, before any of its bytes are forwarded. @throws when its URL has an invalid rule. */
  readonly faultsFor: (requestTarget: string) => readonly ArmedFault[]
  readonly onClosed: () => void
}

type Lanes = Readonly<Record<Direction, Lane>>

function createLanes(
  client: Socket,
  server: () => Socket | undefined,
  { note }: LinkOptions,
  onResponse: (status: number) => void,
): Lanes {
  const ends = { 'to-client': [server, () => client], 'to-server': [() => client, server] } as const
  const lane = (direction: Direction): Lane => {
    const [source, destination] = ends[direction]
    const onFrame = (frame: FrameHeader): void => note({ type: 'frame', direction, frame })
    return createLane({ source, destination, awaitsResponse: direction === 'to-client', onFrame, onResponse })
  }
  return { 'to-client': lane('to-client'), 'to-server': lane('to-server') }
}

/** Sends the error in the rule of a request as an HTTP response, where the developer sees it. */
function sendBadRule(client: Socket, message: string): void {
  const length = Buffer.byteLength(message)
  client.write(`HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n${message}`)
}

/** Creates the lanes of a connection, and the actions that a fault can apply to them and to the sockets. */
function createFaultTarget(options: LinkOptions, pair: Pair, onResponse: (status: number) => void) {
  const { client, note } = options
  let hasResponded = false
  const pendingActs: (() => void)[] = []
  const lanes = createLanes(
    client,
    () => pair.server,
    options,
    (status) => {
      hasResponded = true
      onResponse(status)
      for (const act of pendingActs.splice(0)) act()
    },
  )
  const stopThen = (end: () => void) => (): void => {
    for (const lane of Object.values(lanes)) lane.stop()
    end()
  }
  const faultTarget = {
    lanes,
    mute: pair.mute,
    drop: stopThen(pair.drop),
    reset: stopThen(pair.reset),
    destroy: stopThen(pair.destroy),
    onceResponded(act: () => void) {
      if (hasResponded) act()
      else pendingActs.push(act)
    },
  }
  const arm = (armed: ArmedFault): void => {
    const { fault } = armed.fault
    note({ type: 'armed', fault })
    armFault(faultTarget, armed, () => note({ type: 'fault', fault }))
  }
  return { ...faultTarget, arm }
}

/** Creates a link: one client of the proxy, and the connection to the server, which opens for the first request. */
export function createLink(options: LinkOptions): Link {
  const { client, target, note, faultsFor } = options
  let requestTarget: string | undefined
  const gate = createRequestGate((newest) => {
    requestTarget = newest
    note({ type: 'request', target: newest })
    try {
      for (const armed of faultsFor(newest)) faultTarget.arm(armed)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      note({ type: 'bad-rule', message })
      sendBadRule(client, message)
      faultTarget.drop()
    }
  })
  const pair = createPair({
    client,
    target,
    onData: (side, chunk) => (side === 'client' ? fromClient(chunk) : toClient.accept(chunk)),
    onLast: (side, then) => (side === 'client' ? toServer : toClient).finish(then),
    onError: (side, { message }) => note({ type: 'error', side, message }),
    onClosed() {
      faultTarget.destroy()
      note({ type: 'closed', ...counts() })
      options.onClosed()
    },
  })
  const faultTarget = createFaultTarget(options, pair, (status) => {
    note({ type: 'answered', status })
    if (status !== 101) return
    gate.open()
    toServer.startFrames()
  })
  const { 'to-client': toClient, 'to-server': toServer } = faultTarget.lanes
  const counts = (): LinkCounts => ({ toClient: toClient.counts(), toServer: toServer.counts() })

  function fromClient(chunk: Buffer): void {
    const ready = gate.pass(chunk)
    if (ready === undefined || client.destroyed || !client.writable) return
    // A stalled connection never reaches the server.
    if (!toServer.isSwallowing()) pair.connectToServer()
    toServer.accept(ready)
  }

  return {
    get target() {
      return requestTarget
    },
    counts,
    arm: faultTarget.arm,
    destroy: faultTarget.destroy,
  }
}
