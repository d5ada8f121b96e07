import { type IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { type Duplex } from 'node:stream'
import { type AcceptorOptions, createAcceptor, faultOfEndpoint, type Handshake } from './accept.ts'
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
import { sendRawResponse, sendRawProblem, drain, watchForDisconnect } from './handshake-socket.ts'
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

/** Sends the response of a fault that refuses the handshake, and returns its status. Returns undefined for other faults. */
function respondWithFault(socket: Socket, fault: CommonFault | SocketFault | undefined): number | undefined {
  switch (fault?.fault) {
    case 'refuse': {
      const { status, retryAfter, location } = fault
      const headers = {
        ...(retryAfter && { 'Retry-After': retryAfter }),
        ...(location && { Location: location }),
      }
      sendRawResponse(socket, { status, headers })
      return status
    }
    case 'captive-portal':
      sendRawResponse(socket, { status: 200, headers: { 'Content-Type': 'text/html' }, body: portalPage })
      return 200
    case 'stall':
      drain(socket)
      return 0
    case 'reset':
      socket.resetAndDestroy()
      return 0
    default:
      return undefined
  }
}

/** Runs a function later, unless the client disconnects before. */
function runLater(socket: Socket, ms: number, run: () => void): void {
  const unwatch = watchForDisconnect(socket)
  const timer = setTimeout(() => {
    unwatch()
    run()
  }, ms)
  socket.once('close', () => clearTimeout(timer))
}

/** Creates the upgrade listener of an HTTP server. A fault applies first, then the endpoint of the path. */
export function createUpgradeRouter(
  options: UpgradeOptions,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { faults, attempts, endpoints } = options
  const accept = createAcceptor(options)

  function decide(handshake: Handshake): void {
    const { request, socket, target, protocols } = handshake
    const note = (outcome: Attempt['outcome'], status: number): void =>
      attempts.add(attemptOf(request, { outcome, status, protocols }))
    const catchProblems = (run: () => void): void => {
      try {
        run()
      } catch (thrown) {
        const problem = problemOf(thrown)
        note('refused', problem.status)
        sendRawProblem(socket, problem)
      }
    }
    const proceed = (fault: CommonFault | SocketFault | undefined): void => {
      const status = respondWithFault(socket, fault)
      if (fault !== undefined && status !== undefined) return note(fault.fault, status)
      accept(handshake, fault, () => note(fault?.fault ?? 'accepted', 101))
    }
    catchProblems(() => {
      const ownFault = faultOfEndpoint(endpoints, target)
      const fault = takeFault(faults, target, strikesSockets)
      if (fault?.fault !== 'delay') return proceed(fault ?? ownFault)
      runLater(socket, fault.ms, () => catchProblems(() => proceed(ownFault ?? fault)))
    })
  }

  return (request, socket, head) => {
    if (!(socket instanceof Socket)) return void socket.destroy()
    // A client may disconnect before it gets a response. The close event is enough.
    socket.on('error', () => undefined)
    decide({ request, socket, head, target: request.url ?? '/', protocols: offered(request) })
  }
}
