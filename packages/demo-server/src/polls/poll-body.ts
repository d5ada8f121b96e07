import { bendsBody, type Fault, type StreamFault } from '../faults.ts'
import { breakOff, type HttpResponse } from '../http.ts'
import { sendBent, sendWhole } from '../whole-answer.ts'
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
