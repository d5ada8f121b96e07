import { altersBody, type Fault, type StreamFault } from '../faults.ts'
import { abortResponse, type HttpResponse } from '../http.ts'
import { sendWithFault, sendWhole } from '../whole-response.ts'
import { type PollResponse } from './poll-dialect.ts'

/** How many bytes of a body the fault lets through. */
function bytesSent(fault: StreamFault, length: number): number {
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

/** Sends the response, changed by the fault if there is one. Returns how many bytes of the body are sent. */
export function sendPoll(
  response: HttpResponse,
  pollResponse: PollResponse,
  fault: Fault | undefined,
): number {
  const length = Buffer.byteLength(pollResponse.body)
  if (fault?.fault === 'lose') {
    abortResponse(response, 'end')
    return 0
  }
  if (!altersBody(fault)) {
    sendWhole(response, pollResponse)
    return length
  }
  sendWithFault(response, pollResponse, fault)
  return bytesSent(fault, length)
}
