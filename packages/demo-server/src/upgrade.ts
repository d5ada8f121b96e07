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

/** The listener for an HTTP server's upgrades: the fault comes first, then the endpoint that the path names. */
export function createUpgradeRouter(
  options: UpgradeOptions,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { faults, attempts } = options
  const accept = createAcceptor(options)

  function proceed(
    handshake: Handshake,
    fault: Fault | undefined,
    note: (outcome: Attempt['outcome'], status: number) => void,
  ): void {
    const { socket } = handshake
    const accepted = (): void => note(fault?.fault ?? 'accepted', 101)
    switch (fault?.fault) {
      case 'refuse': {
        const { status, retryAfter } = fault
        note(fault.fault, status)
        return answerRaw(socket, { status, ...(retryAfter && { headers: { 'Retry-After': retryAfter } }) })
      }
      case 'captive-portal':
        note(fault.fault, 200)
        return answerRaw(socket, { status: 200, headers: { 'Content-Type': 'text/html' }, body: portal })
      case 'stall':
        note(fault.fault, 0)
        return discard(socket)
      case 'reset':
        note(fault.fault, 0)
        return void socket.resetAndDestroy()
      case 'delay': {
        const unwatch = watchForLeaving(socket)
        const later = (): void => {
          unwatch()
          guarded(handshake, note, () => accept(handshake, fault, accepted))
        }
        const timer = setTimeout(later, fault.ms)
        return void socket.once('close', () => clearTimeout(timer))
      }
      default:
        accept(handshake, fault, accepted)
    }
  }

  function guarded(
    { socket }: Handshake,
    note: (outcome: Attempt['outcome'], status: number) => void,
    run: () => void,
  ): void {
    try {
      run()
    } catch (thrown) {
      const problem = problemOf(thrown)
      note('refused', problem.status)
      answerRawProblem(socket, problem)
    }
  }

  return (request, socket, head) => {
    if (!(socket instanceof Socket)) return void socket.destroy()
    // A client may leave before it has its answer; the close is all there is to see then.
    socket.on('error', () => undefined)
    const target = request.url ?? '/'
    const protocols = offered(request)
    const handshake = { request, socket, head, target, protocols }
    const note = (outcome: Attempt['outcome'], status: number): void =>
      attempts.add({ at: Date.now(), target, protocols, outcome, status })
    guarded(handshake, note, () => {
      const fault = faultInQuery(target) ?? faults.take((rule) => target.startsWith(rule.match))?.fault
      proceed(handshake, fault, note)
    })
  }
}
