import { type IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { type Duplex } from 'node:stream'
import { type AcceptorOptions, createAcceptor, type Handshake } from './accept.ts'
import { type WritableEventLog } from './event-log.ts'
import { type Fault, readFault, type SettledFaultRule } from './faults.ts'
import { answerRaw, answerRawProblem, discard, watchForLeaving } from './handshake-socket.ts'
import { ruleInQuery } from './input.ts'
import { urlOf } from './paths.ts'
import { problemOf } from './problem.ts'
import { type RuleBook } from './rule-book.ts'

/** One WebSocket handshake, and what became of it. */
export interface Attempt {
  readonly at: number
  /** Path and query, as they were asked for. */
  readonly target: string
  /** The subprotocols that were offered. */
  readonly protocols: readonly string[]
  /** `refused` is the server's own word, the names of faults are what somebody asked for. */
  readonly outcome: 'accepted' | 'refused' | Fault['fault']
  /** The status of the HTTP answer; 0 when there was none. */
  readonly status: number
}

export interface UpgradeOptions extends AcceptorOptions {
  readonly faults: RuleBook<SettledFaultRule>
  readonly attempts: WritableEventLog<Attempt>
}

const portal = '<!doctype html><title>Welcome</title><h1>Please accept the terms of this network</h1>\n'

const offered = (request: IncomingMessage): readonly string[] => {
  const names = (request.headers['sec-websocket-protocol'] ?? '').split(',')
  return names.map((name) => name.trim()).filter((name) => name !== '')
}

/** The fault that the URL asks for itself: `?fault=refuse&fault-retry-after=2`. @throws Problem */
function faultInQuery(target: string): Fault | undefined {
  const fields = ruleInQuery(urlOf(target).searchParams, 'fault')
  const fault = fields && readFault(fields)
  fields?.nothingElse()
  return fault
}

/** Commits a fault that leaves no WebSocket behind; says with which status. Undefined for the others. */
function answerWithFault(socket: Socket, fault: Fault | undefined): number | undefined {
  switch (fault?.fault) {
    case 'refuse': {
      const { status, retryAfter } = fault
      answerRaw(socket, { status, ...(retryAfter && { headers: { 'Retry-After': retryAfter } }) })
      return status
    }
    case 'captive-portal':
      answerRaw(socket, { status: 200, headers: { 'Content-Type': 'text/html' }, body: portal })
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
    const { socket, target, protocols } = handshake
    const note = (outcome: Attempt['outcome'], status: number): void =>
      attempts.add({ at: Date.now(), target, protocols, outcome, status })
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
      const fault = faultInQuery(target) ?? faults.take((rule) => target.startsWith(rule.match))?.fault
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
