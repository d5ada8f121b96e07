import { type IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { type Duplex } from 'node:stream'
import { type AcceptorOptions, createAcceptor, type Handshake } from './accept.ts'
import { type WritableEventLog } from './event-log.ts'
import { type Attempt, attemptOf } from './attempts.ts'
import {
  type CommonFault,
  portalPage,
  type SettledFaultRule,
  type SocketFault,
  strikesSockets,
  takeFault,
} from './faults.ts'
import { answerRaw, answerRawProblem, discard, watchForLeaving } from './handshake-socket.ts'
import { problemOf } from './problem.ts'
import { type RuleBook } from './rule-book.ts'

export interface UpgradeOptions extends AcceptorOptions {
  readonly faults: RuleBook<SettledFaultRule>
  readonly attempts: WritableEventLog<Attempt>
}

const offered = (request: IncomingMessage): readonly string[] => {
  const names = (request.headers['sec-websocket-protocol'] ?? '').split(',')
  return names.map((name) => name.trim()).filter((name) => name !== '')
}

/** Commits a fault that leaves no WebSocket behind; says with which status. Undefined for the others. */
function answerWithFault(socket: Socket, fault: CommonFault | SocketFault | undefined): number | undefined {
  switch (fault?.fault) {
    case 'refuse': {
      const { status, retryAfter, location } = fault
      const headers = {
        ...(retryAfter && { 'Retry-After': retryAfter }),
        ...(location && { Location: location }),
      }
      answerRaw(socket, { status, headers })
      return status
    }
    case 'captive-portal':
      answerRaw(socket, { status: 200, headers: { 'Content-Type': 'text/html' }, body: portalPage })
      return 200
    case 'stall':
      discard(socket)
      return 0
    case 'reset':
      socket.resetAndDestroy()
      return 0
    default:
      return undefined
  }
}

/** Runs it later, unless the client leaves before. */
function later(socket: Socket, ms: number, run: () => void): void {
  const unwatch = watchForLeaving(socket)
  const timer = setTimeout(() => {
    unwatch()
    run()
  }, ms)
  socket.once('close', () => clearTimeout(timer))
}

/** The listener for an HTTP server's upgrades: the fault comes first, then the endpoint that the path names. */
export function createUpgradeRouter(
  options: UpgradeOptions,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { faults, attempts } = options
  const accept = createAcceptor(options)

  function decide(handshake: Handshake): void {
    const { request, socket, target, protocols } = handshake
    const note = (outcome: Attempt['outcome'], status: number): void =>
      attempts.add(attemptOf(request, { outcome, status, protocols }))
    const guarded = (run: () => void): void => {
      try {
        run()
      } catch (thrown) {
        const problem = problemOf(thrown)
        note('refused', problem.status)
        answerRawProblem(socket, problem)
      }
    }
    guarded(() => {
      const fault = takeFault(faults, target, strikesSockets)
      const status = answerWithFault(socket, fault)
      if (fault !== undefined && status !== undefined) return note(fault.fault, status)
      const proceed = (): void => accept(handshake, fault, () => note(fault?.fault ?? 'accepted', 101))
      if (fault?.fault === 'delay') later(socket, fault.ms, () => guarded(proceed))
      else proceed()
    })
  }

  return (request, socket, head) => {
    if (!(socket instanceof Socket)) return void socket.destroy()
    // A client may leave before it has its answer; the close is all there is to see then.
    socket.on('error', () => undefined)
    decide({ request, socket, head, target: request.url ?? '/', protocols: offered(request) })
  }
}
