import { bendsBody, type Fault, shapeOf, type StreamFault } from '../faults.ts'
import { breakOff, type HttpResponse } from '../http.ts'
import { createEventBody } from '../streams/event-body.ts'
import { type PollAnswer } from './poll-dialect.ts'

/** So much of a body gets past the fault. */
function passing(fault: StreamFault, length: number): number {
  switch (fault.fault) {
    case 'cut':
      if ('afterBytes' in fault) return Math.min(fault.afterBytes, length)
      return fault.afterEvents === 0 ? Math.min(fault.bytes, length) : length
    case 'end':
    case 'silence':
      return fault.afterEvents === 0 ? 0 : length
    default:
      return length
  }
}

/** Chunked, because what a fault makes of a body has another length. */
function sendBent(response: HttpResponse, { status, headers, body }: PollAnswer, fault: StreamFault): void {
  const encoding = shapeOf(fault) === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}
  if (!response.headersSent) response.writeHead(status, { ...headers, ...encoding })
  response.flushHeaders()
  const stream = createEventBody(response, fault)
  if (body !== '') stream.event(body)
  stream.end()
}

function sendWhole(response: HttpResponse, { status, headers, body }: PollAnswer): void {
  const length = status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) }
  // A heartbeat has sent the head already.
  if (!response.headersSent) response.writeHead(status, { ...headers, ...length })
  response.end(body)
}

/** Sends the answer, or what a fault leaves of it; says how many bytes of the body that is. */
export function sendPoll(response: HttpResponse, answer: PollAnswer, fault: Fault | undefined): number {
  const length = Buffer.byteLength(answer.body)
  if (fault?.fault === 'lose') {
    breakOff(response, 'end')
    return 0
  }
  if (!bendsBody(fault)) {
    sendWhole(response, answer)
    return length
  }
  sendBent(response, answer, fault)
  return passing(fault, length)
}
