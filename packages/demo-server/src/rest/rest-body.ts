import { bendsBody, type Fault, portalPage } from '../faults.ts'
import { breakOff, type HttpResponse, isBodiless } from '../http.ts'
import { type Exchange } from '../http-router.ts'
import { sendBent, sendWhole, type WholeAnswer } from '../whole-answer.ts'

/** Between two pieces of a body that is sent slowly, in ms. */
const SHORTEST_WAIT = 50

function sendHead(response: HttpResponse, { status, headers, body }: WholeAnswer): void {
  // That of the body that GET would get.
  const length = isBodiless(status) ? {} : { 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, { ...headers, ...length })
  response.end()
}

function sendSlowly(response: HttpResponse, answer: WholeAnswer, bytesPerSecond: number): void {
  const bytes = Buffer.from(answer.body)
  const wait = Math.max(SHORTEST_WAIT, 1_000 / bytesPerSecond)
  const step = Math.max(1, Math.round((bytesPerSecond * wait) / 1_000))
  let sent = 0
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': bytes.length })
  response.flushHeaders()
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + step), () => undefined)
    sent += step
    if (sent < bytes.length) return
    clearInterval(timer)
    response.end()
  }, wait)
  response.on('close', () => clearInterval(timer))
}

/** What a fault that does not touch the connection makes of an answer. */
function falsified(answer: WholeAnswer, fault: Fault | undefined): WholeAnswer {
  if (fault?.fault === 'lie') {
    return { ...answer, headers: { ...answer.headers, 'Content-Type': 'application/json' }, body: portalPage }
  }
  if (fault?.fault !== 'truncate') return answer
  const bytes = Buffer.from(answer.body)
  return { ...answer, body: bytes.subarray(0, fault.afterBytes ?? Math.floor(bytes.length / 2)) }
}

/** Sends the answer, or what a fault leaves of it. */
export function sendRest(
  { request, response }: Exchange,
  answer: WholeAnswer,
  fault: Fault | undefined,
): void {
  if (fault?.fault === 'lose') return breakOff(response, 'end')
  if (request.method === 'HEAD' || isBodiless(answer.status)) return sendHead(response, answer)
  if (fault?.fault === 'slow') return sendSlowly(response, answer, fault.bytesPerSecond)
  if (bendsBody(fault)) return sendBent(response, answer, fault)
  sendWhole(response, falsified(answer, fault))
}
