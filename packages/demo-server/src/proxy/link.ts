import { connect, type Socket } from 'node:net'
import { type FrameHeader } from './frames.ts'
import { createLane, type Lane, type LaneCounts } from './lane.ts'
import { createRequestGate } from './request-gate.ts'
import { type ArmedFault, type Direction, type ProxyFault } from './rules.ts'
import { armFault, type Victim } from './strike.ts'

/** What happened on one connection. */
export type LinkEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'request'; readonly target: string }
  | { readonly type: 'answered'; readonly status: number }
  | { readonly type: 'frame'; readonly direction: Direction; readonly frame: FrameHeader }
  | { readonly type: 'armed' | 'fault'; readonly fault: ProxyFault['fault'] }
  | { readonly type: 'error'; readonly side: 'client' | 'server'; readonly message: string }
  | { readonly type: 'bad-rule'; readonly message: string }
  | { readonly type: 'closed'; readonly toClient: LaneCounts; readonly toServer: LaneCounts }

export interface Link {
  /** The target of the newest HTTP request on this connection. */
  readonly target: string | undefined
  readonly counts: { readonly toClient: LaneCounts; readonly toServer: LaneCounts }
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

const isGone = (socket: Socket | undefined): boolean =>
  socket === undefined || socket.destroyed || socket.readableEnded

/** One client of the proxy, and the line to the server that is dialled for its first request. */
export function createLink({ client, target, note, faultsFor, onClosed }: LinkOptions): Link {
  let upstream: Socket | undefined
  let requestTarget: string | undefined
  let answered = false
  let muted = false
  const waitForAnswer: (() => void)[] = []

  const lane = (direction: Direction, source: () => Socket | undefined, to: () => Socket | undefined): Lane =>
    createLane({
      source,
      destination: to,
      awaitsAnswer: direction === 'to-client',
      onFrame: (frame) => note({ type: 'frame', direction, frame }),
      onAnswer,
    })
  const lanes: Record<Direction, Lane> = {
    'to-client': lane(
      'to-client',
      () => upstream,
      () => client,
    ),
    'to-server': lane(
      'to-server',
      () => client,
      () => upstream,
    ),
  }
  const counts = { toClient: lanes['to-client'].counts, toServer: lanes['to-server'].counts }
  const gate = createRequestGate(onRequest)

  function onAnswer(status: number): void {
    note({ type: 'answered', status })
    answered = true
    if (status === 101) {
      gate.open()
      lanes['to-server'].startFrames()
    }
    for (const act of waitForAnswer.splice(0)) act()
  }

  function onRequest(newest: string): void {
    requestTarget = newest
    note({ type: 'request', target: newest })
    try {
      for (const armed of faultsFor(newest)) arm(armed)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      note({ type: 'bad-rule', message })
      client.write(
        `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n`,
      )
      client.write(message)
      victim.drop()
    }
  }

  const victim: Victim = {
    lanes,
    mute() {
      muted = true
    },
    drop() {
      stopLanes()
      client.destroySoon()
      upstream?.destroySoon()
    },
    reset() {
      stopLanes()
      client.resetAndDestroy()
      upstream?.resetAndDestroy()
    },
    onceAnswered(act) {
      if (answered) act()
      else waitForAnswer.push(act)
    },
  }

  function arm(armed: ArmedFault): void {
    const { fault } = armed.fault
    note({ type: 'armed', fault })
    armFault(victim, armed, () => note({ type: 'fault', fault }))
  }

  function stopLanes(): void {
    lanes['to-client'].stop()
    lanes['to-server'].stop()
  }

  /** A half-open line outlives either side, but not both. */
  function forgetWhenGone(): void {
    if (!isGone(client) || !isGone(upstream)) return
    client.destroy()
    upstream?.destroy()
  }

  function join(
    socket: Socket,
    side: 'client' | 'server',
    onward: Lane,
    other: () => Socket | undefined,
  ): void {
    socket.on('end', () => {
      if (!muted) onward.finish(() => other()?.end())
      else forgetWhenGone()
    })
    socket.on('error', (error) => {
      note({ type: 'error', side, message: error.message })
      // An RST, or a server that is not there, is passed on as what it is.
      if (!muted) other()?.resetAndDestroy()
    })
    socket.on('close', () => {
      if (!muted) onward.finish(() => other()?.destroySoon())
      else forgetWhenGone()
      if (client.destroyed && upstream?.destroyed !== false) close()
    })
  }

  let closed = false
  function close(): void {
    if (closed) return
    closed = true
    stopLanes()
    note({ type: 'closed', ...counts })
    onClosed()
  }

  function dial(): Socket {
    const server = connect({ ...target, allowHalfOpen: true, noDelay: true })
    join(server, 'server', lanes['to-client'], () => client)
    server.on('data', lanes['to-client'].accept)
    return server
  }

  note({ type: 'connected' })
  join(client, 'client', lanes['to-server'], () => upstream)
  client.on('data', (chunk) => {
    const ready = gate.pass(chunk)
    if (ready === undefined || client.destroyed) return
    // A stalled line has nobody at its other end.
    if (!lanes['to-server'].swallowing) upstream ??= dial()
    lanes['to-server'].accept(ready)
  })

  return {
    get target() {
      return requestTarget
    },
    counts,
    arm,
    destroy() {
      stopLanes()
      client.destroy()
      upstream?.destroy()
    },
  }
}
